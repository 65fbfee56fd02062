/** What a configuration file may say, and what comes of it together with variables and defaults. */
import type { StoreLocation } from "./store-location.js";

/**
 * How AWS Lambda is asked to run a shard: `"push"` waits for its answer (`RequestResponse`), `"poll"` leaves it to a
 * queue and looks into the store (`Event`).
 */
export type LambdaInvocation = "auto" | "push" | "poll";

export interface LambdaConfig {
  /** Name of the function; its role and log group are named after it. Default `"nodewren"`. */
  functionName?: string;
  /** Default: the top-level `region`. */
  region?: string;
  /** Endpoint of Lambda, and of IAM, STS and CloudWatch Logs unless they have others (`endpoints`). Default: the top-level `endpoint`. */
  endpoint?: string;
  /** Memory of one worker, MiB, 128 to 10,240. Default 1,769, which is one vCPU. */
  memoryMb?: number;
  /** Longest that one invocation may take, ms, in whole seconds. Default 900,000, which is the most. */
  timeoutMs?: number;
  /** Default `"nodejs24.x"`. */
  runtime?: string;
  /** Default `"arm64"`, whose GB-second costs a fifth less. */
  architecture?: "arm64" | "x86_64";
  /** Default `"auto"`: what fits each shard. */
  invocation?: LambdaInvocation;
  /** Workers that run at once. Default: what account and function allow, at most 1,000. */
  concurrency?: number;
  /** Time between two looks into the store while workers run, ms. Default 500. */
  pollMs?: number;
  /** Part of the account's concurrency that is set aside for this function. Default: none is. */
  reservedConcurrency?: number;
  /** Container image of the worker with your own packages in it, in Amazon ECR, by its digest; `nodewren image --for lambda` writes what it is built from. Default: none. */
  imageUri?: string;
  /** Alias by which jobs invoke the function; `deploy` leads it to a version of what it deployed. Default: none, jobs invoke the function itself. */
  alias?: string;
  /** Workers behind the alias that Lambda keeps started, and bills all the time. Default: none. */
  provisionedConcurrency?: number;
  /** Whether calls may start jobs of their own: then the function's role may invoke it, and its code has this package. Default `false`. */
  nestedMaps?: boolean;
  /** ARNs, with their versions, of up to five layers of your own. Default none. */
  layers?: string[];
  /** Names of packages that those layers hold, so that they are not sent along. `nodewren layer` writes both. Default none. */
  packagesOnWorker?: string[];
  /** Environment variables of the function. Default none. */
  env?: Record<string, string>;
  /** Size of a worker's /tmp, MiB, 512 to 10,240. Default 512, which costs nothing. */
  ephemeralStorageMb?: number;
  /** A role that exists already. Default: `deploy` makes one. */
  roleArn?: string;
  /** ARN of a key of your own that encrypts the function's variables. Default: AWS's. */
  kmsKeyArn?: string;
  /** Whether AWS X-Ray traces the invocations. Default `false`. */
  tracing?: boolean;
  /** Subnets of your VPC whose network the workers use, up to 16; with `securityGroupIds`. Default: Lambda's own network. */
  subnetIds?: string[];
  /** Security groups of workers in a VPC, up to 5. Default none. */
  securityGroupIds?: string[];
  /** A file system of EFS: the ARN of its access point by the path below `/mnt/` where workers see it. Needs `subnetIds`. Default none. */
  fileSystem?: Record<string, string>;
  /** Days for which the workers' logs are kept. Default 14. */
  logRetentionDays?: number;
  /** Tags for what `deploy` makes, besides its own. Default none. */
  tags?: Record<string, string>;
}

/** Of workers that a command starts: the options of `ssh()`, `slurm()`, `containers()` or `CommandBackend`. Top-level `workers` are those of each host. */
export interface CommandConfig {
  /** Default `"ssh"`. */
  start?: "ssh" | "slurm" | "containers" | "command";
  /** The command itself, with `{host}` for the host's name, for `start: "command"`. */
  command?: string[];
  /** Names of the hosts, for `"ssh"`, and for `"command"` where the command names them. */
  hosts?: string[];
  /** Tasks of the job array, or containers. Default 1. */
  tasks?: number;
  /** Image of the containers. */
  image?: string;
  /** Command of the container engine. Default `"podman"`. */
  engine?: string;
  /** Further arguments of `ssh`, `sbatch` or the container engine's `run`. Default none. */
  args?: string[];
  /** This machine's name or address, as Slurm's nodes reach it. Default: its host name. */
  address?: string;
  /** Node's command on the hosts. Default `"node"`. */
  node?: string;
  /** Paths on the hosts by paths here, for a store that is a folder. Default: the same paths. */
  folders?: Record<string, string>;
  /** Time from the start of a command until its host must have answered, ms. Default 60,000, or with `"slurm"` none. */
  startTimeoutMs?: number;
  /** Time after which a worker that has nothing to do is ended, ms. Default: never. */
  idleTimeoutMs?: number;
}

export interface HttpConfig {
  /** Where the servers of shards are: one URL or several, in which a range such as `{1..16}` may stand. */
  url?: string | string[];
  /** What answers there, such as `"cloud-run"`. Default `"server"`: `nodewren serve`. */
  preset?: string;
  /** Shards at once. Default: as many as the servers have workers, or 100 on platforms that start workers by themselves. */
  concurrency?: number;
  /** Longest that one request may take, ms. Default: the preset's. */
  timeoutMs?: number;
  /** `"machine"` when the servers see this machine's files. Default `"network"`. */
  reach?: "machine" | "network";
}

/** Endpoints of the services that only deploying needs, where stand-ins have one each. */
export interface EndpointsConfig {
  /** Default: the SDK's variable `AWS_ENDPOINT_URL_IAM`, else `lambda.endpoint`. */
  iam?: string;
  /** Default: the SDK's variable `AWS_ENDPOINT_URL_EC2`, else `lambda.endpoint`. */
  ec2?: string;
  /** Default: the SDK's variable `AWS_ENDPOINT_URL_STS`, else `lambda.endpoint`. */
  sts?: string;
  /** Of CloudWatch Logs. Default: the SDK's variable `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`, else `lambda.endpoint`. */
  logs?: string;
}

export interface S3Config {
  /** Default: the top-level `region`. */
  region?: string;
  /** Endpoint of S3, for servers other than AWS. Default: the top-level `endpoint`. */
  endpoint?: string;
  /** The bucket in the path rather than in the host's name. Default: `true` when there is an endpoint. */
  forcePathStyle?: boolean;
  /**
   * Account that owns the store's bucket, 12 digits; S3 refuses requests to a bucket of another one's. Default: `deploy`, `destroy` and the policies take the
   * account of the credentials, and jobs ask for none.
   */
  bucketOwner?: string;
  /** ARN of a role of your own, by which workers get keys of the store for their job alone. Default: workers have the function's rights. */
  workerRoleArn?: string;
}

/** Of a store of Azure Blob Storage. */
export interface AzureConfig {
  /** URL of the account's blob service, for other clouds and emulators. Default: that of `AZURE_STORAGE_CONNECTION_STRING`, else the public cloud's. */
  endpoint?: string;
}

/** Of a store of Google Cloud Storage. */
export interface GcsConfig {
  /** URL of another server than Google's. Default: `STORAGE_EMULATOR_HOST`, else Google's. */
  endpoint?: string;
}

/** Those that settings make; others are made in code. */
export const BACKEND_NAMES = ["local", "lambda", "command", "http"] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];

/** What `nodewren.config.ts` (or `.js`, `.json`) exports. Every setting is optional. */
export interface Config {
  /** One or several, the first ones first. Default `"local"`. */
  backend?: BackendName | readonly BackendName[];
  /**
   * `"s3://bucket/prefix"`, `"azure://account/container/prefix"`, `"gs://bucket/prefix"`, a folder (from the file's own), or a `file:` URL. Default: a temporary
   * folder.
   */
  store?: string;
  /** Worker processes of this machine, or with `"command"` of each host. Default: the cores that Node may use there. */
  workers?: number;
  /** AWS region. Default: that of the AWS SDK, from `AWS_REGION` or its profile. */
  region?: string;
  /** Endpoint of every AWS service, for stand-ins of AWS. Default: AWS. */
  endpoint?: string;
  lambda?: LambdaConfig;
  command?: CommandConfig;
  http?: HttpConfig;
  endpoints?: EndpointsConfig;
  s3?: S3Config;
  azure?: AzureConfig;
  gcs?: GcsConfig;
}

/** Gives a configuration file its types: `export default defineConfig({ backend: "lambda" })`. */
export function defineConfig(config: Config): Config {
  return config;
}

/** Where the value of a setting comes from. */
export interface SettingSource {
  from: "code" | "variable" | "file" | "default";
  /** The variable's name or the file's path; empty for the others. */
  name: string;
}

export interface ResolvedLambdaConfig {
  functionName: string;
  region: string | undefined;
  endpoint: string | undefined;
  memoryMb: number;
  timeoutMs: number;
  runtime: string;
  architecture: "arm64" | "x86_64";
  invocation: LambdaInvocation;
  concurrency: number | undefined;
  pollMs: number | undefined;
  reservedConcurrency: number | undefined;
  imageUri: string | undefined;
  alias: string | undefined;
  provisionedConcurrency: number | undefined;
  nestedMaps: boolean;
  layers: readonly string[];
  packagesOnWorker: readonly string[];
  env: Readonly<Record<string, string>>;
  ephemeralStorageMb: number;
  roleArn: string | undefined;
  kmsKeyArn: string | undefined;
  tracing: boolean;
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
  fileSystem: Readonly<Record<string, string>>;
  logRetentionDays: number;
  tags: Readonly<Record<string, string>>;
}

export interface ResolvedHttpConfig {
  url: string | readonly string[] | undefined;
  preset: string;
  concurrency: number | undefined;
  timeoutMs: number | undefined;
  reach: "machine" | "network";
}

export interface ResolvedS3Config {
  region: string | undefined;
  endpoint: string | undefined;
  forcePathStyle: boolean;
  bucketOwner: string | undefined;
  workerRoleArn: string | undefined;
}

/** As it was written, with defaults for how workers are started and for Node's command. */
export type ResolvedCommandConfig = CommandConfig & Required<Pick<CommandConfig, "start" | "node">>;

export interface ResolvedConfig {
  backend: BackendName | readonly BackendName[];
  store: StoreLocation | undefined;
  workers: number | undefined;
  lambda: ResolvedLambdaConfig;
  command: ResolvedCommandConfig;
  http: ResolvedHttpConfig;
  endpoints: Readonly<EndpointsConfig>;
  s3: ResolvedS3Config;
  azure: Readonly<AzureConfig>;
  gcs: Readonly<GcsConfig>;
  /** Path of the configuration file; undefined when there is none. */
  file: string | undefined;
  /** By the setting's key, such as `"lambda.region"`. */
  sources: Readonly<Record<string, SettingSource>>;
}
