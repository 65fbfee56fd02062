/** The options `concurrentCalls` and `limitPerSecond`: how many calls run at once, and how many may start in a second. */
import { OptionError } from "../errors.js";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";
import { type Check, integerIn } from "./check.js";
import type { RetryOptions } from "./retries.js";

/** Longest that a worker may have to wait between two tries at a call, ms: it is paid for, and not for ever. */
const MAX_WAIT_MS = MINUTE_MS;

/** Each of them holds memory and sockets of its worker; what waits so much wants more workers. */
const MAX_CONCURRENT_CALLS = 1000;

export const isConcurrentCalls = integerIn(1, MAX_CONCURRENT_CALLS);

export const isRate: Check = (value) =>
  typeof value === "number" && value > 0 && Number.isFinite(value) ? undefined : "a number above 0 (calls a second)";

/** Throws `OptionError` when further tries at a call would be too far apart. */
export function checkRate(options: {
  limitPerSecond?: number | undefined;
  retries?: number | RetryOptions | undefined;
}): void {
  const { limitPerSecond = Infinity, retries = 0 } = options;
  const mayRetry = typeof retries === "number" ? retries > 0 : retries.limit > 0;
  if (!mayRetry || SECOND_MS / limitPerSecond <= MAX_WAIT_MS) return;
  throw new OptionError(
    "limitPerSecond",
    `Option limitPerSecond of map() is ${limitPerSecond}, less than one call a minute: then retries would keep a worker waiting for longer than a minute. Raise it, or leave retries out.`,
  );
}
