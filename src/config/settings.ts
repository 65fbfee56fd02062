/** Every setting once: its key, variable, kind and default. Files, variables and the documentation's table follow it. */

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../util/time.js";
import { BACKEND_NAMES } from "./config.js";
import {
  httpUrl,
  integer,
  integerOf,
  type Kind,
  listOf,
  oneOf,
  oneOrMoreOf,
  serverUrls,
  text,
  texts,
  trueOrFalse,
  wholeSeconds,
} from "./kinds.js";
import { storeLocation } from "./store-location.js";

export interface Setting {
  /** Way to it in a configuration file, such as `lambda.region`. */
  readonly key: string;
  readonly variable: string;
  readonly kind: Kind;
  readonly default?: unknown;
  /** Key of the more general setting that stands in for this one, within the same source. */
  readonly fallback?: string;
  /** The default in words, where it is not a plain value. */
  readonly otherwise?: string;
}

/** What AWS Lambda allows (AWS documentation, "Lambda quotas" and "Configure Lambda function memory"). */
const MEMORY_MB = { min: 128, max: 10_240, oneVcpu: 1_769 };
const TIMEOUT_MS = { min: SECOND_MS, max: 15 * MINUTE_MS };
const EPHEMERAL_STORAGE_MB = { min: 512, max: 10_240 };
const MAX_LAYERS = 5;
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** As in the API's reference of `FileSystemConfig`. */
const MOUNT_PATH = /^\/mnt\/[A-Za-z0-9_.-]{1,155}$/;
const ACCESS_POINT_ARN = /^arn:aws[a-z-]*:elasticfilesystem:[a-z0-9-]+:\d{12}:access-point\/fsap-[0-9a-f]{17}$/;

/** Far more than fit into the 250 MB of all layers together. */
const MAX_PACKAGES = 1000;

/** Far more than anyone writes down. */
const MAX_HOSTS = 10_000;
const MAX_ARGUMENTS = 1000;

/** IAM allows 64 characters for a role's name; `nodewren-` and a region take up to 24 of them. */
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,40}$/;

/** What CloudWatch Logs takes up to a year (AWS documentation, "PutRetentionPolicy"). */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365];

/** What Lambda takes as a name (AWS API reference, "Environment"). */
const VARIABLE_NAME = /^[A-Za-z][A-Za-z0-9_]+$/;

/** Names that Lambda sets itself (AWS documentation, "Defined runtime environment variables"), or deploy. */
const RESERVED_VARIABLE =
  /^(LAMBDA_.*|AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_.*)|NODEWREN_(WIRE|VERSION|LAMBDA_NESTED_MAPS))$/;

/** Other servers than AWS have names of their own, such as "auto" or "default". */
const region = text("the name of a region", /^[a-z0-9-]{1,20}$/);
const variables = texts(
  "an object of texts by names of variables, none of them one that Lambda or deploy sets itself",
  (name) => VARIABLE_NAME.test(name) && !RESERVED_VARIABLE.test(name),
);
const tags = texts(
  "an object of texts (at most 256 characters) by the names of tags, none of them beginning with aws: or nodewren:",
  (name, value) => name.length > 0 && name.length <= 128 && !/^(aws|nodewren):/i.test(name) && value.length <= 256,
);
const roleArn = text("the ARN of an IAM role", /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/);
const kmsKeyArn = text("the ARN of a key of KMS", /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/);
const subnetId = text("the id of a subnet", /^subnet-[0-9a-f]{8,17}$/);
const securityGroupId = text("the id of a security group", /^sg-[0-9a-f]{8,17}$/);
const fileSystem = texts(
  "an object with the ARN of one access point of EFS, by a path such as /mnt/data",
  (path, arn) => MOUNT_PATH.test(path) && ACCESS_POINT_ARN.test(arn),
  1,
);
const imageUri = text(
  "an image in Amazon ECR by its digest, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/NAME@sha256:…",
  /^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.[a-z.]+\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/,
);
const alias = text("a name of letters, digits, - and _, not of digits alone", /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/);
const packageName = text("the name of a package", /^(@[^/\s]+\/)?[^@./\\\s][^/\\\s]*$/);
const layerArn = text(
  "the ARN of a layer's version",
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+$/,
);

const anyText = text("a text", /./);
const folders = texts("an object of paths on the hosts by paths here", (here, there) => here !== "" && there !== "");

export const SETTINGS: readonly Setting[] = [
  { key: "backend", variable: "NODEWREN_BACKEND", kind: oneOrMoreOf(...BACKEND_NAMES), default: "local" },
  { key: "store", variable: "NODEWREN_STORE", kind: storeLocation, otherwise: "a temporary folder" },
  { key: "workers", variable: "NODEWREN_WORKERS", kind: integer(1, 1024), otherwise: "the cores of this process" },
  { key: "region", variable: "NODEWREN_REGION", kind: region, otherwise: "the AWS SDK's own" },
  { key: "endpoint", variable: "NODEWREN_ENDPOINT", kind: httpUrl, otherwise: "AWS" },
  {
    key: "lambda.functionName",
    variable: "NODEWREN_FUNCTION",
    kind: text("1 to 40 letters, digits, - and _", FUNCTION_NAME),
    default: "nodewren",
  },
  lambda("region", "REGION", region, { fallback: "region", otherwise: "`region`" }),
  lambda("endpoint", "ENDPOINT", httpUrl, { fallback: "endpoint", otherwise: "`endpoint`" }),
  lambda("memoryMb", "MEMORY_MB", integer(MEMORY_MB.min, MEMORY_MB.max, " (MiB)"), { default: MEMORY_MB.oneVcpu }),
  lambda("timeoutMs", "TIMEOUT_MS", wholeSeconds(TIMEOUT_MS.min, TIMEOUT_MS.max), { default: TIMEOUT_MS.max }),
  lambda("runtime", "RUNTIME", text('a runtime of Lambda from "nodejs22.x" on', /^nodejs(2[2-9]|[3-9]\d)\.x$/), {
    default: "nodejs24.x",
  }),
  // The worker is plain JavaScript, and a GB-second on arm64 costs a fifth less; native addons come in layers.
  lambda("architecture", "ARCHITECTURE", oneOf("arm64", "x86_64"), { default: "arm64" }),
  lambda("invocation", "INVOCATION", oneOf("auto", "push", "poll"), { default: "auto" }),
  {
    key: "lambda.concurrency",
    variable: "NODEWREN_CONCURRENCY",
    kind: integer(1, Infinity),
    otherwise: "what the account allows, at most 1000",
  },
  lambda("pollMs", "POLL_MS", integer(10, HOUR_MS, " (ms)"), { otherwise: "500 (ms)" }),
  lambda("reservedConcurrency", "RESERVED_CONCURRENCY", integer(1, Infinity), { otherwise: "none" }),
  lambda("imageUri", "IMAGE_URI", imageUri, { otherwise: "none: the worker's own code" }),
  lambda("alias", "ALIAS", alias, { otherwise: "none" }),
  lambda("provisionedConcurrency", "PROVISIONED_CONCURRENCY", integer(1, Infinity), { otherwise: "none" }),
  lambda("nestedMaps", "NESTED_MAPS", trueOrFalse, { default: false }),
  lambda("layers", "LAYERS", listOf(layerArn, MAX_LAYERS), { default: [], otherwise: "none" }),
  lambda("packagesOnWorker", "PACKAGES_ON_WORKER", listOf(packageName, MAX_PACKAGES), {
    default: [],
    otherwise: "none",
  }),
  lambda("env", "ENV", variables, { default: {}, otherwise: "none" }),
  lambda(
    "ephemeralStorageMb",
    "EPHEMERAL_STORAGE_MB",
    integer(EPHEMERAL_STORAGE_MB.min, EPHEMERAL_STORAGE_MB.max, " (MiB)"),
    { default: EPHEMERAL_STORAGE_MB.min },
  ),
  lambda("roleArn", "ROLE_ARN", roleArn, { otherwise: "a role made by `deploy`" }),
  lambda("kmsKeyArn", "KMS_KEY_ARN", kmsKeyArn, { otherwise: "AWS's own key" }),
  lambda("tracing", "TRACING", trueOrFalse, { default: false }),
  lambda("subnetIds", "SUBNET_IDS", listOf(subnetId, MAX_SUBNETS), { default: [], otherwise: "Lambda's own network" }),
  lambda("securityGroupIds", "SECURITY_GROUP_IDS", listOf(securityGroupId, MAX_SECURITY_GROUPS), {
    default: [],
    otherwise: "none",
  }),
  lambda("fileSystem", "FILE_SYSTEM", fileSystem, { default: {}, otherwise: "none" }),
  lambda("logRetentionDays", "LOG_RETENTION_DAYS", integerOf(RETENTION_DAYS, " (days)"), { default: 14 }),
  lambda("tags", "TAGS", tags, { default: {}, otherwise: "none" }),
  command("start", "START", oneOf("ssh", "slurm", "containers", "command"), { default: "ssh" }),
  command("command", "LINE", listOf(anyText, MAX_ARGUMENTS), { otherwise: 'none; for `start` `"command"`' }),
  command("hosts", "HOSTS", listOf(anyText, MAX_HOSTS), { otherwise: 'none; for `"ssh"`' }),
  command("tasks", "TASKS", integer(1, Infinity), { otherwise: "1; of Slurm, or containers" }),
  command("image", "IMAGE", anyText, { otherwise: 'none; for `"containers"`' }),
  command("engine", "ENGINE", anyText, { otherwise: '`"podman"`' }),
  command("args", "ARGS", listOf(anyText, MAX_ARGUMENTS), { otherwise: "none" }),
  command("address", "ADDRESS", anyText, { otherwise: 'this machine\'s name; for `"slurm"`' }),
  command("node", "NODE", anyText, { default: "node" }),
  command("folders", "FOLDERS", folders, { otherwise: "the same paths" }),
  command("startTimeoutMs", "START_TIMEOUT_MS", integer(1, DAY_MS, " (ms)"), {
    otherwise: '60,000, or with `"slurm"` none',
  }),
  command("idleTimeoutMs", "IDLE_TIMEOUT_MS", integer(1, DAY_MS, " (ms)"), { otherwise: "none" }),
  http("url", "URL", serverUrls, { otherwise: "none" }),
  http("preset", "PRESET", text('the name of a preset, such as "cloud-run"', /^[a-z-]+$/), { default: "server" }),
  http("concurrency", "CONCURRENCY", integer(1, Infinity), { otherwise: "as many as the servers have workers" }),
  http("timeoutMs", "TIMEOUT_MS", integer(1, DAY_MS, " (ms)"), { otherwise: "the preset's" }),
  http("reach", "REACH", oneOf("machine", "network"), { default: "network" }),
  ...(["iam", "sts", "ec2", "logs"] as const).map((service) => ({
    key: `endpoints.${service}`,
    variable: `NODEWREN_${service.toUpperCase()}_ENDPOINT`,
    kind: httpUrl,
    otherwise: "`AWS_ENDPOINT_URL_…`, else `lambda.endpoint`",
  })),
  { key: "s3.region", variable: "NODEWREN_S3_REGION", kind: region, fallback: "region", otherwise: "`region`" },
  {
    key: "s3.endpoint",
    variable: "NODEWREN_S3_ENDPOINT",
    kind: httpUrl,
    fallback: "endpoint",
    otherwise: "`endpoint`",
  },
  {
    key: "s3.forcePathStyle",
    variable: "NODEWREN_S3_FORCE_PATH_STYLE",
    kind: trueOrFalse,
    otherwise: "true when there is an endpoint",
  },
  {
    key: "s3.bucketOwner",
    variable: "NODEWREN_S3_BUCKET_OWNER",
    kind: text("the number of an AWS account, 12 digits", /^\d{12}$/),
    otherwise: "the deployer's account",
  },
  { key: "s3.workerRoleArn", variable: "NODEWREN_S3_WORKER_ROLE_ARN", kind: roleArn, otherwise: "none" },
  {
    key: "azure.endpoint",
    variable: "NODEWREN_AZURE_ENDPOINT",
    kind: httpUrl,
    otherwise: "`AZURE_STORAGE_CONNECTION_STRING`'s, else Azure's public cloud",
  },
  {
    key: "gcs.endpoint",
    variable: "NODEWREN_GCS_ENDPOINT",
    kind: httpUrl,
    otherwise: "`STORAGE_EMULATOR_HOST`, else Google's",
  },
];

type Rest = Pick<Setting, "default" | "fallback" | "otherwise">;

function command(name: string, variable: string, kind: Kind, rest: Rest): Setting {
  return { key: `command.${name}`, variable: `NODEWREN_COMMAND_${variable}`, kind, ...rest };
}

function lambda(name: string, variable: string, kind: Kind, rest: Rest): Setting {
  return { key: `lambda.${name}`, variable: `NODEWREN_LAMBDA_${variable}`, kind, ...rest };
}

/** The token of `HttpBackend` is none of them: secrets stay out of files, and out of what is shown of settings. */
function http(name: string, variable: string, kind: Kind, rest: Rest): Setting {
  return { key: `http.${name}`, variable: `NODEWREN_HTTP_${variable}`, kind, ...rest };
}
