/** What an error of the AWS SDK means for a shard: Lambda is throttling, or failing, or the answer was lost, or it is over. */
import { textOf } from "../../util/describe-value.js";
import { SECOND_MS } from "../../util/time.js";
import { busy, type ConnectionError, final, isLost, isUnsent, lost, type RequestFault } from "../request-fault.js";
import type { LambdaTarget } from "./client.js";

/** What the SDK throws, as far as it matters here. */
interface SdkError extends ConnectionError {
  Reason?: string;
  $metadata?: {
    httpStatusCode?: number;
    /** Set by the SDK when the answer told that this machine's clock is wrong: what it signs from then on has the server's time. */
    clockSkewCorrected?: boolean;
  };
  $response?: { headers?: Record<string, string | undefined> };
}

/** Errors of status 4xx and 5xx that another try cannot mend, with what does. */
const HINTS: Record<string, string> = {
  RequestTooLargeException: "Give the job fewer or shorter environment variables (option env).",
  RequestEntityTooLargeException: "Give the job fewer or shorter environment variables (option env).",
  InvalidRequestContentException: "Run client and workers with the same release of nodewren.",
  InvalidParameterValueException: "Check the option functionName.",
  ValidationException: "Check the option functionName.",
  InvalidRuntimeException: "Run `npx nodewren deploy` to update the function's runtime.",
  InvalidZipFileException: "Run `npx nodewren deploy`.",
  EC2AccessDeniedException: "Let the function's role use its VPC, or take the function out of it.",
  InvalidSubnetIDException: "Fix the function's VPC settings.",
  InvalidSecurityGroupIDException: "Fix the function's VPC settings.",
  KMSAccessDeniedException:
    "The function's role was deleted and made again, it seems: run `nodewren deploy`, which makes the function anew then. With a role of your own (lambda.roleArn), run `nodewren destroy --keep-store` before; with a key of your own, let the role use it.",
  KMSDisabledException: "Enable the key that encrypts the function's environment.",
  KMSInvalidStateException: "Fix the key that encrypts the function's environment.",
  KMSNotFoundException: "Restore the key that encrypts the function's environment, or run `npx nodewren deploy`.",
  RecursiveInvocationException: "Lambda stops functions that invoke themselves in a loop: let no call start jobs.",
};

/** Names that services give to credentials which they cannot take, and the SDK to none found. */
const CREDENTIALS =
  /^(ExpiredToken|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|RequestExpired|TokenRefreshRequired|CredentialsProvider|TokenProvider|AuthFailure)/;

/** The function is being made or updated: it takes a while. */
const NOT_YET = /^(ResourceConflict|ResourceNotReady|ENINotReady|SnapStartNotReady|CodeArtifactUserPending)/;

export function faultOf(thrown: unknown, target: LambdaTarget): RequestFault {
  const error = (thrown ?? {}) as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (error.$metadata?.clockSkewCorrected)
    return busy(
      `${shown(error)}. This machine's clock (${new Date().toISOString()}) is not Lambda's; set it right.`,
      false,
    );
  if (CREDENTIALS.test(error.name ?? "")) return final(`${shown(error)}. ${credentialsCure(error)}`);
  if (status === undefined) return unansweredFault(error, target);
  if (isLost(error)) return lost(functionOf(target), `its answer broke off (${error.code})`);
  if (status === 429) return throttledFault(error, target);
  if (!isOfLambda(error)) return foreignFault(status, target);
  return answeredFault(error, status, target);
}

function unansweredFault(error: SdkError, target: LambdaTarget): RequestFault {
  const { code = "" } = error;
  if (neverLeft(error))
    return busy(
      `${placeOf(target)} cannot be reached: ${error.message}. Check the network and the option endpoint.`,
      false,
    );
  if (isLost(error))
    return lost(functionOf(target), `the connection broke or stayed silent (${code}: ${error.message})`);
  return final(`${placeOf(target)} cannot be asked: ${shown(error)}. Check the options endpoint and region.`);
}

/** The SDK's own limit on connecting has a name only; what breaks after that has a code as well. */
function neverLeft(error: SdkError): boolean {
  return isUnsent(error) || (error.name === "TimeoutError" && !error.code);
}

function throttledFault(error: SdkError, target: LambdaTarget): RequestFault {
  const seconds = Number(error.$response?.headers?.["retry-after"]);
  return {
    kind: "throttled",
    message: `Lambda throttles function ${nameOf(target)}: ${error.Reason ?? shown(error)}. Wait for other work to end, lower the option concurrency, or ask AWS for more.`,
    mayHaveRun: false,
    retryAfterMs: seconds >= 0 ? seconds * SECOND_MS : undefined,
  };
}

function answeredFault(error: SdkError, status: number, target: LambdaTarget): RequestFault {
  const { name = "" } = error;
  const hint = HINTS[name];
  if (hint !== undefined) return final(`Lambda refuses to run ${nameOf(target)}: ${shown(error)}. ${hint}`);
  if (name === "ResourceNotFoundException") return final(missing(target));
  if (NOT_YET.test(name)) return busy(`Function ${nameOf(target)} is not ready: ${shown(error)}`, false);
  if (status >= 500) return busy(`Lambda failed with status ${status}: ${shown(error)}`, true);
  if (status === 403) return final(`${shown(error)} ${permissionCure("lambda:InvokeFunction", target)}`);
  return final(`Lambda refuses to run ${nameOf(target)} with status ${status}: ${shown(error)}`);
}

/** A proxy's page, say: errors of Lambda are JSON and have a name. */
function isOfLambda({ name = "" }: SdkError): boolean {
  return name !== "SyntaxError" && name !== "Unknown" && name !== "UnknownError" && name !== "Error";
}

function foreignFault(status: number, target: LambdaTarget): RequestFault {
  const what = `${placeOf(target)} answered with status ${status} and no error of Lambda`;
  if (status >= 500) return busy(`${what}. Something between here and Lambda may be down.`, true);
  return final(`${what}: this is not AWS Lambda's API. Check the option endpoint.`);
}

export function missing(target: LambdaTarget): string {
  return `There is no function ${target.functionName} in region ${target.region}. Run \`npx nodewren deploy\`, or check the options functionName and region.`;
}

export function permissionCure(action: string, target: LambdaTarget): string {
  return `Allow ${action} on function ${nameOf(target)} to whoever runs this.`;
}

export function nameOf({ functionName, region }: LambdaTarget): string {
  return `${functionName} in ${region}`;
}

function functionOf(target: LambdaTarget): string {
  return `function ${nameOf(target)}`;
}

export function placeOf({ endpoint, region }: LambdaTarget): string {
  return endpoint === undefined ? `Lambda's API in ${region}` : `The endpoint ${endpoint}`;
}

function credentialsCure({ name }: SdkError): string {
  return name === "CredentialsProviderError"
    ? "Set up AWS credentials: AWS_PROFILE, `aws configure`, `aws sso login`, or the option credentials."
    : "Renew the AWS credentials (`aws sso login`, say), and check the machine's clock and the option region.";
}

function shown(error: SdkError): string {
  return error.name && error.message ? `${error.name}: ${error.message}` : textOf(error);
}
