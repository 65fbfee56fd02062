/** What AWS answers when something goes wrong, and what to do about it. */
import { DeployError } from "../errors.js";
import { textOf } from "../util/describe-value.js";

/** Whether the SDK's error is one of these; names are stable, messages are not. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Whether the request did it; false when it failed with one of these errors, which say that it was done already. */
export async function unlessNamed(request: Promise<unknown>, ...names: string[]): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (isNamed(error, ...names)) return false;
    throw error;
  }
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/**
 * An error that says what failed, and what to do about it where that is known.
 *
 * @param places where requests go that do not go to AWS
 */
export function deployError(what: string, cause: unknown, places = ""): DeployError {
  if (cause instanceof DeployError) return cause;
  if (isNamed(cause, "CredentialsProviderError")) return noCredentials(cause);
  return new DeployError(`${what} failed: ${textOf(cause)}. ${cureOf(cause, places)}`, { cause });
}

/** Told as it is for users: the SDK has looked where it looks, and found nothing. */
export function noCredentials(cause: unknown): DeployError {
  const profile = process.env.AWS_PROFILE;
  const where = profile ? `for the profile ${profile} (AWS_PROFILE)` : "on this machine";
  return new DeployError(
    `There are no AWS credentials ${where}. Sign in (\`aws configure\`, or \`aws sso login\`), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; another profile is named by AWS_PROFILE.`,
    { cause },
  );
}

/** What answered is no service of AWS, or another one: its body is neither the JSON nor the XML that was expected. */
const UNREADABLE =
  /is not expected|Deserialization error|Unexpected token|not valid JSON|Unclosed|closing tag|invalid xml|parse/i;

function cureOf(error: unknown, places: string): string {
  if (places !== "" && (isNamed(error, "Unknown", "UnknownError", "SyntaxError") || UNREADABLE.test(textOf(error))))
    return `What answered does not speak that service's language. Endpoints are ${places}: give each service its own.`;
  if (isNamed(error, "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"))
    return "The credentials have expired or are unknown: sign in again.";
  if (isNamed(error, "AccessDenied", "AccessDeniedException") || statusOf(error) === 403)
    return "Give whoever runs this the permissions that `npx nodewren policy deployer` prints.";
  if (isNamed(error, "TimeoutError") || /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(textOf(error)))
    return "Check the network, and the settings region and endpoint.";
  return "Fix that, and run the command again: what was done already is not done twice.";
}
