/** What failed, in words, and what to do about it. */
import { StoreError } from "../../errors.js";
import { partitionOf } from "../../util/partition.js";
import { CONNECTION_HINTS } from "../connection-faults.js";
import type { Fault } from "../retry.js";
import type { S3Settings } from "./options.js";
import { isPassing } from "./tries.js";

/** What the store was about to do. */
export interface S3Action {
  verb: "write" | "read" | "list" | "delete";
  /** The store's key or, for a list, its prefix. */
  key: string;
}

/** The permission that each action takes, and on what ("Actions, resources, and condition keys for Amazon S3"). */
const PERMISSIONS: Record<S3Action["verb"], string> = {
  write: "s3:PutObject",
  read: "s3:GetObject",
  list: "s3:ListBucket",
  delete: "s3:DeleteObject",
};

const CREDENTIALS_CURE =
  "The AWS SDK looks for credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile AWS_PROFILE of ~/.aws, a web identity token, and the container's or instance's role, in that order; give it one of them that is valid here.";

const HINTS: Record<string, (settings: S3Settings, action: S3Action) => string> = {
  NoSuchBucket: ({ bucket }) => `Make the bucket (aws s3 mb s3://${bucket}), or correct its name, region or endpoint.`,
  AccessDenied: deniedCure,
  AllAccessDisabled: deniedCure,
  InvalidAccessKeyId: () => CREDENTIALS_CURE,
  SignatureDoesNotMatch: () => CREDENTIALS_CURE,
  ExpiredToken: () => `The credentials have expired; get new ones. ${CREDENTIALS_CURE}`,
  InvalidToken: () => CREDENTIALS_CURE,
  TokenRefreshRequired: () => CREDENTIALS_CURE,
  CredentialsProviderError: () => CREDENTIALS_CURE,
  SlowDown: ({ maxRequests }) =>
    `The server asked for fewer requests, ten times. S3 grows with its load: run again, or lower maxRequests (now ${maxRequests}) or the number of shards.`,
  RequestTimeTooSkewed: () => `This machine's clock (${new Date().toISOString()}) is not the server's; set it right.`,
  TimeoutError: ({ timeoutMs }) =>
    `Nothing came for ${timeoutMs} ms, several times. See that the server can be reached from here, or raise timeoutMs.`,
  InvalidObjectState: () => "The object was moved to an archive; restore it first.",
  ERR_NOT_S3: notS3Cure,
  ECONNREFUSED: unreachableCure,
  ENOTFOUND: unreachableCure,
  EAI_AGAIN: unreachableCure,
  EHOSTUNREACH: unreachableCure,
  ENETUNREACH: unreachableCure,
};

const REGION_NAMES = new Set([
  "PermanentRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
]);

/** An answer that no S3 gives. */
export function notS3(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_NOT_S3" });
}

export function s3Error(action: S3Action, settings: S3Settings, cause: unknown): Error {
  if (cause instanceof StoreError) return cause;
  const fault = (cause ?? {}) as Fault;
  const status = fault.$metadata?.httpStatusCode;
  const requestId = fault.$metadata?.requestId;
  const ids = [status && `status ${status}`, requestId && `request ${requestId}`].filter(Boolean).join(", ");
  const what = whatOf(fault);
  const place = `s3://${settings.bucket}/${settings.prefix}`;
  // Who shares the store with another one may go on with it.
  const isTransient = isPassing(fault) || fault.code === "ERR_STORE_CLOSED";
  const message = `Cannot ${action.verb} ${action.key} in ${place}: ${what}${ids && ` (${ids})`}. ${cureOf(fault, settings, action)}`;
  const { bucket } = settings;
  return new StoreError(message, { key: action.key, bucket, status, requestId, cause, isTransient });
}

/** The server's or the system's own code, and what it says beyond that. */
function whatOf(fault: Fault): string {
  if (fault.name === "CredentialsProviderError") return "there are no AWS credentials here";
  const code = fault.code ?? fault.name ?? "Error";
  const message = (fault.message ?? "").split("\n", 1)[0]?.replace(/\.$/, "");
  return !message || message === code || message === "UnknownError" ? code : `${code}: ${message}`;
}

function cureOf(fault: Fault, settings: S3Settings, action: S3Action): string {
  const region = fault.$response?.headers?.["x-amz-bucket-region"];
  const status = fault.$metadata?.httpStatusCode ?? 0;
  if (REGION_NAMES.has(fault.name ?? "") || status === 301) return regionCure(settings, region);
  if (/region is missing/i.test(fault.message ?? "")) return regionCure(settings, region);
  if (isUnreadable(fault)) return notS3Cure(settings);
  const known = HINTS[fault.name ?? ""] ?? HINTS[fault.code ?? ""];
  if (known) return known(settings, action);
  const ofConnection = CONNECTION_HINTS[fault.code ?? ""];
  if (ofConnection) return ofConnection;
  // Answers to HEAD have no body, and so no code.
  if (status === 403) return deniedCure(settings, action);
  if (status === 503) return HINTS.SlowDown?.(settings, action) as string;
  return "See the cause.";
}

/** The SDK could not make XML of the answer. */
function isUnreadable({ message = "" }: Fault): boolean {
  return /Deserialization error|is not expected|Unexpected token|invalid xml|Unclosed|closing tag/i.test(message);
}

function regionCure({ bucket, region }: S3Settings, actual: string | undefined): string {
  const wanted = actual ? `region: ${JSON.stringify(actual)}` : "the bucket's region";
  return `The region is ${region ? `wrong (${region})` : "not known"} for bucket ${bucket}. Give ${wanted} where the bucket is named, or set AWS_REGION.`;
}

function deniedCure(settings: S3Settings, { verb, key }: S3Action): string {
  const { bucket, prefix, region, bucketOwner, hasKeysOfJob } = settings;
  if (hasKeysOfJob)
    return "Workers have keys of their own job alone here (workerRoleArn): return values from calls, or have calls open a store of yours with credentials of its own.";
  const arn = `arn:${partitionOf(region ?? "")}:s3:::${bucket}`;
  const resource = verb === "list" ? arn : `${arn}/${prefix}*`;
  const missing =
    verb === "read"
      ? ` If ${key} may not exist, allow s3:ListBucket on ${arn} too: without it S3 denies what is missing.`
      : "";
  const owner = bucketOwner === undefined ? "" : ` See that the bucket is account ${bucketOwner}'s (bucketOwner).`;
  return `Allow these credentials ${PERMISSIONS[verb]} on ${resource}.${missing}${owner}`;
}

function unreachableCure({ endpoint, region }: S3Settings): string {
  if (endpoint) return `Nothing answers at ${endpoint}. Start the server, or correct the endpoint.`;
  return `AWS cannot be reached from here${region ? `, or has no region ${region}` : ""}. Check network, name server and proxy.`;
}

function notS3Cure({ endpoint }: S3Settings): string {
  return `What answers at ${endpoint ?? "AWS's address"} does not speak S3: is it a web page or a proxy? Correct the endpoint.`;
}
