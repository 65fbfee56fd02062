/** The policy that the option `retries` stands for. */
import { MAX_DELAY_MS, type RetryOptions } from "../options/retries.js";
import { NO_RETRIES } from "../wire/limits.js";
import type { RetryPolicy } from "../wire/messages.js";

const DEFAULT_FACTOR = 2;

export function retryPolicyOf(retries: number | RetryOptions = 0): RetryPolicy {
  if (typeof retries === "number") return { ...NO_RETRIES, limit: retries };
  const { limit, delayMs = 0, factor = DEFAULT_FACTOR, maxDelayMs = MAX_DELAY_MS, jitter = true } = retries;
  return { limit, delayMs, factor, maxDelayMs, jitter };
}
