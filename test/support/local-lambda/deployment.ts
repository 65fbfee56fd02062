/** What environments of a function run: one version of its code and configuration, unpacked. */

export interface FunctionConfig {
  PackageType: string;
  FunctionName: string;
  Runtime: string;
  Role: string;
  Handler: string;
  Description: string;
  /** Seconds. */
  Timeout: number;
  /** MB. */
  MemorySize: number;
  /** MB of /tmp. */
  EphemeralStorage: number;
  Environment: Record<string, string>;
  /** ARNs of layer versions. */
  Layers: string[];
  Architectures: string[];
  LogFormat: string;
  TracingMode: string;
  SubnetIds: string[];
  SecurityGroupIds: string[];
  FileSystemConfigs: { Arn: string; LocalMountPath: string }[];
  /** Empty: AWS's own key. */
  KMSKeyArn: string;
}

export interface Deployment {
  config: FunctionConfig;
  functionArn: string;
  /** Folder of the unpacked code: the working folder of its processes. */
  taskRoot: string;
  /** Folder of the unpacked layers; /opt on Lambda. */
  layersRoot: string;
}
