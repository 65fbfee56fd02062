/** What an `S3Store` is told, checked before any request. */
import type { Agent } from "node:http";
import { OptionError } from "../../errors.js";
import { isDirectoryBucket, NO_DIRECTORY_BUCKET } from "../../util/directory-bucket.js";
import { OptionChecks, shown } from "../option-checks.js";

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

export interface S3StoreOptions {
  /** Name of the bucket, which must exist. */
  bucket: string;
  /** Beginning of every key, such as `"runs"` or `"team/runs/"`; the slash at its end may be left out. Default none. */
  prefix?: string | undefined;
  /** Region of the bucket. Default: environment variable `AWS_REGION`, else what the AWS SDK finds in its own files. */
  region?: string | undefined;
  /** URL of a server other than AWS. Default: environment variable `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, else AWS. */
  endpoint?: string | undefined;
  /** Whether the bucket goes into the path rather than the host name. Default: `true` with an endpoint, else `false`. */
  forcePathStyle?: boolean | undefined;
  /**
   * Keys for this process, or a function that gets them. Default: the AWS SDK's own chain. They are in no descriptor, so
   * workers take theirs from the chain, always.
   */
  credentials?: S3Credentials | (() => Promise<S3Credentials>) | undefined;
  /**
   * Agent of Node for this process's connections, such as one of a proxy, or with certificates of your own. Default: one that goes through the proxy of
   * HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY names the host; on Node before 22.21 and 24.5 with the package `proxy-agent`.
   */
  agent?: Agent | undefined;
  /**
   * Number of the account that owns the bucket, 12 digits. Sent with each request, of workers as well, so that S3 refuses those to a bucket that somebody else has made
   * under the same name. Default: nobody asks.
   */
  bucketOwner?: string | undefined;
  /**
   * ARN of a role. With it, workers have keys of the store for their own job alone, which the host gets from AWS's STS by taking on this role with a session policy, and sends
   * along; they last for an hour. Needs the package `@aws-sdk/client-sts` and workers on AWS Lambda. Default: workers have the rights of the place where they run.
   */
  workerRoleArn?: string | undefined;
  /** URL of the STS that has the role. Default: `endpoint` where the store has one, else AWS's own. */
  stsEndpoint?: string | undefined;
  /** Requests at once, and so sockets, 1 to 1,000. Default 64. */
  maxRequests?: number | undefined;
  /** Silence on a connection after which a request counts as lost, ms. It is then tried twice more. Default 20,000. */
  timeoutMs?: number | undefined;
  /** Bodies above this size are written and read in parts of it, several at once, bytes; 5 MiB to 1 GiB. Default 16 MiB. */
  partBytes?: number | undefined;
}

/** The options with every default filled in, but for what the SDK has to find. */
export interface S3Settings {
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  region: string | undefined;
  endpoint: string | undefined;
  forcePathStyle: boolean;
  credentials: S3StoreOptions["credentials"];
  agent: Agent | undefined;
  bucketOwner: string | undefined;
  workerRoleArn: string | undefined;
  stsEndpoint: string | undefined;
  /** Whether the credentials are those that a host has got for the workers of one job. */
  hasKeysOfJob: boolean;
  maxRequests: number;
  timeoutMs: number;
  partBytes: number;
}

const MIB = 1024 * 1024;

/** Enough for some 1,000 requests a second at S3's usual 30 to 60 ms; the SDK's own CPU time is the limit from there. */
const DEFAULT_MAX_REQUESTS = 64;

/** S3 answers within a second or two also when it is slow. */
const DEFAULT_TIMEOUT_MS = 20_000;

/** AWS recommends 8 to 16 MB for parts and ranges ("Performance guidelines for Amazon S3"); each one is a request to pay. */
const DEFAULT_PART_BYTES = 16 * MIB;

/** S3 takes no smaller part, but for the last one ("Amazon S3 multipart upload limits"). */
const MIN_PART_BYTES = 5 * MIB;
const MAX_PART_BYTES = 1024 * MIB;

/** For servers other than AWS, which sign with a region but have none. */
const ANY_REGION = "us-east-1";

export const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12})?:role\/\S+$/;

const NAMES: Record<keyof S3StoreOptions, true> = {
  bucket: true,
  prefix: true,
  region: true,
  endpoint: true,
  forcePathStyle: true,
  credentials: true,
  agent: true,
  bucketOwner: true,
  workerRoleArn: true,
  stsEndpoint: true,
  maxRequests: true,
  timeoutMs: true,
  partBytes: true,
};

const CHECKS = new OptionChecks("S3Store");

export type BucketPrefix = Pick<S3StoreOptions, "bucket" | "prefix">;

/** Bucket and prefix of `"s3://bucket/prefix"`. Throws `OptionError` when it is none. */
export function parseS3Url(url: string): BucketPrefix {
  const [, bucket, prefix = ""] = (typeof url === "string" && /^s3:\/\/([^/]+)(?:\/(.*))?$/su.exec(url)) || [];
  if (!bucket) throw new OptionError("url", `Not the place of an S3Store: ${shown(url)}. Write "s3://bucket/prefix".`);
  return { bucket, prefix };
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function s3Settings(options: S3StoreOptions): S3Settings {
  CHECKS.names(options, NAMES, '{ bucket: "b" }');
  const endpoint = CHECKS.endpoint(options.endpoint ?? configuredEndpoint());
  return {
    bucket: bucketOf(options.bucket),
    prefix: CHECKS.prefix(options.prefix),
    region: CHECKS.text("region", options.region) ?? process.env.AWS_REGION ?? (endpoint && ANY_REGION),
    endpoint,
    forcePathStyle: CHECKS.flag("forcePathStyle", options.forcePathStyle) ?? endpoint !== undefined,
    credentials: credentialsOf(options.credentials),
    agent: CHECKS.agent(options.agent),
    bucketOwner: ownerOf(options.bucketOwner),
    workerRoleArn: roleOf(options.workerRoleArn),
    stsEndpoint: CHECKS.endpoint(options.stsEndpoint, "stsEndpoint"),
    hasKeysOfJob: false,
    maxRequests: CHECKS.integer("maxRequests", options.maxRequests, 1, 1000) ?? DEFAULT_MAX_REQUESTS,
    timeoutMs: CHECKS.integer("timeoutMs", options.timeoutMs, 1, 600_000) ?? DEFAULT_TIMEOUT_MS,
    partBytes: CHECKS.integer("partBytes", options.partBytes, MIN_PART_BYTES, MAX_PART_BYTES) ?? DEFAULT_PART_BYTES,
  };
}

/** Only what no server could take is refused here; the rules of names differ between them. */
function bucketOf(bucket: unknown): string {
  if (typeof bucket === "string" && isDirectoryBucket(bucket))
    throw new OptionError("bucket", `${bucket} is ${NO_DIRECTORY_BUCKET}.`);
  if (typeof bucket === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$/.test(bucket)) return bucket;
  throw CHECKS.wrong("bucket", "a bucket's name: 3 to 63 letters, digits, dots and hyphens", bucket);
}

/** By the SDK's own variables; an empty one counts as not set. */
function configuredEndpoint(): string | undefined {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS } = process.env;
  return AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true"
    ? undefined
    : AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || undefined;
}

function credentialsOf(given: S3StoreOptions["credentials"]): S3StoreOptions["credentials"] {
  if (given === undefined || typeof given === "function") return given;
  const { accessKeyId, secretAccessKey } = given ?? {};
  if (typeof accessKeyId === "string" && typeof secretAccessKey === "string") return given;
  // The value is not shown: part of it may be a secret.
  throw new OptionError(
    "credentials",
    "Option credentials of new S3Store() must be { accessKeyId, secretAccessKey } or a function that returns a promise of them.",
  );
}

function ownerOf(given: unknown): string | undefined {
  if (given === undefined || (typeof given === "string" && /^\d{12}$/.test(given))) return given;
  throw CHECKS.wrong("bucketOwner", "the number of an AWS account, as a text of 12 digits", given);
}

/** Of servers other than AWS, some have no number of an account in ARNs. */
function roleOf(given: unknown): string | undefined {
  if (given === undefined || (typeof given === "string" && ROLE_ARN.test(given))) return given;
  throw CHECKS.wrong("workerRoleArn", 'the ARN of a role, such as "arn:aws:iam::123456789012:role/jobs"', given);
}
