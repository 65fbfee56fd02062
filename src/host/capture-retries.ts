/** Captures what the option `retries` asks about errors, and makes the option's policy. */
import type { Captured } from "../capture/capture.js";
import { MAX_DELAY_MS, type RetryOptions } from "../options/retries.js";
import type { JobOptions } from "../options.js";
import { digestOf } from "../wire/digest.js";
import { NO_RETRIES } from "../wire/limits.js";
import type { RetryPolicy } from "../wire/messages.js";
import { type CapturedFunction, captureBeside } from "./capture-function.js";

const DEFAULT_FACTOR = 2;

/** Undefined when nothing is asked. Throws `CaptureError`, whose path says that it is of the option. */
export function captureWhen(
  { retries }: Pick<JobOptions, "retries">,
  { captured }: CapturedFunction,
  options: JobOptions,
): CapturedFunction | undefined {
  if (typeof retries !== "object" || !retries.when) return undefined;
  return captureBeside("retries.when", retries.when, new Set(captured.globals), options, []);
}

export function retryPolicyOf(retries: number | RetryOptions = 0, when?: Captured): RetryPolicy {
  if (typeof retries === "number") return { ...NO_RETRIES, limit: retries };
  const { limit, delayMs = 0, factor = DEFAULT_FACTOR, maxDelayMs = MAX_DELAY_MS, jitter = true } = retries;
  return { limit, delayMs, factor, maxDelayMs, jitter, ...(when && { whenDigest: digestOf(when.bytes) }) };
}
