/** What deploy makes, by name: everything follows from the function's name, the region and the store. */
import type { ResolvedConfig } from "../config/config.js";
import { invokedNameOf } from "../config/invoked-name.js";
import { DeployError } from "../errors.js";
import { isDirectoryBucket, NO_DIRECTORY_BUCKET } from "../util/directory-bucket.js";
import { placeText } from "../util/store-place.js";
import { checkTogether } from "./check-together.js";

/** Whose resources, and where. */
export interface Place {
  /** `"aws"`, or another such as `"aws-cn"`. */
  partition: string;
  /** Number of the account, 12 digits. */
  account: string;
  region: string;
}

export interface Names {
  functionName: string;
  functionArn: string;
  /** The function's name, with its alias behind a colon where it has one: what jobs invoke. */
  invokedName: string;
  /** Of the layers that `nodewren layer` publishes, all of them. */
  layersArn: string;
  /** Undefined when the configuration names a role of its own. */
  roleName: string | undefined;
  roleArn: string;
  logGroup: string;
  logGroupArn: string;
  /** Of everything of EC2's in the account and region, and of file systems. */
  ec2Arn: string;
  fileSystemsArn: string;
  /** Undefined where no image is named. */
  repositoryArn: string | undefined;
  bucket: string;
  bucketArn: string;
  /** Number of the account that the bucket is to belong to. */
  bucketOwner: string;
  /** Empty, or ending in `/`. */
  prefix: string;
  /** By which workers get keys of their job alone. */
  workerRoleArn: string | undefined;
}

/** The role's only policy. */
export const WORKER_POLICY = "nodewren-worker";

/** Beginning of the names of layers that `nodewren layer` publishes. */
export const LAYER_PREFIX = "nodewren-";

/** On whatever deploy makes; its value is the function's name. Destroy touches nothing without it. */
export const OWNER_TAG = "nodewren:function";

/** On the function: IAM's own id of the role that it was made with, or given. */
export const ROLE_TAG = "nodewren:role-id";

/** Throws `DeployError` unless the store is one that workers on Lambda can reach. */
export function namesOf(config: ResolvedConfig, { partition, account, region }: Place): Names {
  checkTogether(config);
  const { functionName, roleArn } = config.lambda;
  const invokedName = invokedNameOf(config.lambda);
  const { bucket, prefix } = s3StoreOf(config);
  // Roles belong to the account, functions to a region: without the region, two of them would share one role.
  const roleName = `nodewren-${functionName}-${region}`;
  const logGroup = `/aws/lambda/${functionName}`;
  return {
    functionName,
    invokedName,
    functionArn: `arn:${partition}:lambda:${region}:${account}:function:${functionName}`,
    layersArn: `arn:${partition}:lambda:${region}:${account}:layer:${LAYER_PREFIX}*`,
    roleName: roleArn === undefined ? roleName : undefined,
    roleArn: roleArn ?? `arn:${partition}:iam::${account}:role/${roleName}`,
    logGroup,
    logGroupArn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroup}`,
    // What Lambda makes of network interfaces has names of its own (AWS, "Giving Lambda functions access to resources in a VPC").
    ec2Arn: `arn:${partition}:ec2:${region}:${account}:*/*`,
    fileSystemsArn: `arn:${partition}:elasticfilesystem:${region}:${account}:file-system/*`,
    repositoryArn: repositoryArnOf(config.lambda.imageUri, partition),
    bucket,
    bucketOwner: config.s3.bucketOwner ?? account,
    bucketArn: `arn:${partition}:s3:::${bucket}`,
    prefix,
    workerRoleArn: config.s3.workerRoleArn,
  };
}

function repositoryArnOf(imageUri: string | undefined, partition: string): string | undefined {
  const [, account, region, name] = /^(\d+)\.dkr\.ecr[^.]*\.([^.]+)\.[^/]+\/(.+)@/.exec(imageUri ?? "") ?? [];
  return account && `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
}

export function s3StoreOf({ store }: ResolvedConfig): { bucket: string; prefix: string } {
  if (store?.kind === "s3" && isDirectoryBucket(store.bucket))
    throw new DeployError(`The store's bucket ${store.bucket} is ${NO_DIRECTORY_BUCKET}.`);
  if (store?.kind === "s3") return store;
  const found = store
    ? `the store is ${store.kind === "file" ? "the folder " : ""}${placeText(store)}`
    : "none is configured";
  throw new DeployError(
    `Workers on Lambda need a store in S3, but ${found}. Set store in the configuration file, or NODEWREN_STORE, to s3://bucket/prefix.`,
  );
}
