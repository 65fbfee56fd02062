/** The option `retries`: when a call that failed of its own doing gets another try. */
import { MINUTE_MS } from "../util/time.js";
import { type Check, checkOptions, integerIn, isBoolean, numberIn } from "./check.js";

export interface RetryOptions {
  /** Tries beyond the first, 0 to 100. */
  limit: number;
  /** Pause before the second try, ms, up to 60,000. Its worker waits meanwhile. Default 0. */
  delayMs?: number | undefined;
  /** By how much each pause is longer than the one before, 1 to 10. Default 2. */
  factor?: number | undefined;
  /** Longest pause, ms, up to 60,000. Default 60,000. */
  maxDelayMs?: number | undefined;
  /** Whether each pause is a random part of its length, so that many calls do not try again at the same moment. Default `true`. */
  jitter?: boolean | undefined;
  /**
   * Whether a call gets another try after it threw `error`; what it throws itself ends the call. Sync or async; captured with
   * the function, and run on the worker in the snapshot of the try. Default: always. Time limits are not asked about.
   */
  when?: ((error: unknown) => unknown) | undefined;
}

/** Tries are bounded, so that nothing goes on for ever. */
export const MAX_TRIES = 100;

export const MAX_DELAY_MS = MINUTE_MS;

const isLimit = integerIn(0, MAX_TRIES);

const CHECKS: Record<keyof RetryOptions, Check> = {
  limit: isLimit,
  delayMs: integerIn(0, MAX_DELAY_MS, " (ms)"),
  factor: numberIn(1, 10),
  maxDelayMs: integerIn(0, MAX_DELAY_MS, " (ms)"),
  jitter: isBoolean,
  when: (value) => (typeof value === "function" ? undefined : "a function"),
};

export const isRetries: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? undefined
    : isLimit(value) && `${isLimit(value)}, or { limit, delayMs, factor, maxDelayMs, jitter, when }`;

/** Throws `OptionError` for the first part that is missing, unknown or out of range. */
export function checkRetries(retries: number | RetryOptions | undefined): void {
  if (typeof retries !== "object") return;
  // One that is missing is checked as well.
  checkOptions("retries", { ...retries, limit: retries.limit ?? null }, CHECKS, "retries.");
}
