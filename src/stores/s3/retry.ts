/** Which failures of a request are worth another try, how many, and after what wait. */
import { setTimeout as sleep } from "node:timers/promises";

/** The server said "later", or the connection broke: with waits that double, ten tries take some 12 s on average. */
const TRIES_WHEN_BUSY = 10;

/** Nobody answers, or what comes is damaged: unlikely to be better soon. */
const TRIES_WHEN_LOST = 3;

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5000;

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

/** A broken connection, as Node's sockets and responses name it. */
const BUSY_CODES = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "HPE_INVALID_CONSTANT"]);

const LOST_CODES = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "ERR_BODY_DAMAGED",
  "ERR_BODY_SLOW",
]);

/** What an error of the SDK, of Node, or of ours tells of itself. */
export interface Fault {
  name?: string;
  code?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $response?: { headers?: Record<string, string> };
}

/** What came is not what was asked for: too short, or changed under way. Tried again like a lost answer. */
export function damaged(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_BODY_DAMAGED" });
}

/** Whether it may be over some time later. */
export function isPassing(fault: Fault): boolean {
  return triesFor(fault) > 1;
}

function triesFor({ name = "", code = "", message, $metadata }: Fault): number {
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || status === 409 || (status >= 500 && status !== 501)) return TRIES_WHEN_BUSY;
  if (BUSY_NAMES.has(name) || BUSY_CODES.has(code) || message === "aborted") return TRIES_WHEN_BUSY;
  // The SDK corrects its clock by the server's answer, so that the next request is signed with the right time.
  if (name === "TimeoutError" || name === "RequestTimeTooSkewed" || LOST_CODES.has(code)) return TRIES_WHEN_LOST;
  return 1;
}

/** Runs the request until it succeeds or is not worth another try; rejects with the last failure. */
export async function withRetries<T>(
  request: () => Promise<T>,
  onRetry: () => void,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      if (tries >= triesFor(error as Fault)) throw error;
      // Anywhere up to the full wait, so that those who failed together do not come back together.
      await wait(Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)));
      onRetry();
    }
  }
}
