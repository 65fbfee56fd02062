/** Which failures of a request to S3 are worth another try. */
import { type Fault, statusOf, TRIES_WHEN_BUSY, TRIES_WHEN_LOST, triesFor } from "../retry.js";

/** Codes of S3 (its "Error responses" page) that ask to try again, some of them with a status that does not. */
const BUSY_NAMES = new Set([
  "SlowDown",
  "ServiceUnavailable",
  "InternalError",
  "RequestTimeout",
  "ConditionalRequestConflict",
  "OperationAborted",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

export function s3Tries(fault: Fault): number {
  const { name = "" } = fault;
  if (statusOf(fault) === 409 || BUSY_NAMES.has(name)) return TRIES_WHEN_BUSY;
  // The SDK corrects its clock by the server's answer, so that the next request is signed with the right time.
  return name === "RequestTimeTooSkewed" ? TRIES_WHEN_LOST : triesFor(fault);
}

/** Whether it may be over some time later. */
export function isPassing(fault: Fault): boolean {
  return s3Tries(fault) > 1;
}
