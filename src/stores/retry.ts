/** Which failures of a connection are worth another try, how many, and after what wait. What servers say is each store's own. */
import { setTimeout as sleep } from "node:timers/promises";

/** The server said "later", or the connection broke: with waits that double, ten tries take some 12 s on average. */
export const TRIES_WHEN_BUSY = 10;

/** Nobody answers, or what comes is damaged: unlikely to be better soon. */
export const TRIES_WHEN_LOST = 3;

const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5000;

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

/** What an error of an SDK, of Node, or of ours tells of itself. */
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

/** That of the server's answer; 0 when there was none. */
export function statusOf({ $metadata }: Fault): number {
  return $metadata?.httpStatusCode ?? 0;
}

/** For what the connection itself met, and for statuses that mean the same everywhere. */
export function triesFor(fault: Fault): number {
  const { name, code = "", message } = fault;
  const status = statusOf(fault);
  if (status === 429 || (status >= 500 && status !== 501)) return TRIES_WHEN_BUSY;
  if (BUSY_CODES.has(code) || message === "aborted") return TRIES_WHEN_BUSY;
  return name === "TimeoutError" || LOST_CODES.has(code) ? TRIES_WHEN_LOST : 1;
}

/** Runs the request until it succeeds or is not worth another try; rejects with the last failure. */
export async function withRetries<T>(
  request: () => Promise<T>,
  tries: (fault: Fault) => number,
  onRetry: () => void,
  wait: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let done = 1; ; done++) {
    try {
      return await request();
    } catch (error) {
      if (done >= tries(error as Fault)) throw error;
      // Anywhere up to the full wait, so that those who failed together do not come back together.
      await wait(Math.random() * Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (done - 1)));
      onRetry();
    }
  }
}
