import type { RetryPolicy, ShardRequest } from "./messages.js";

export const NO_RETRIES: RetryPolicy = { limit: 0, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };

/** Longest time that the shard's setup and calls may take by the job's own limit, ms; `Infinity` without one. */
export function callsMs({ timeoutMs = Infinity, retries, shard, setupDigests }: ShardRequest): number {
  const limited = shard.count + (setupDigests ? 1 : 0);
  let pausesMs = 0;
  for (let retry = 0; retry < retries.limit; retry++) pausesMs += longestPauseMs(retries, retry);
  return (timeoutMs * (retries.limit + 1) + pausesMs) * limited;
}

/**
 * Pause before another try, ms.
 *
 * @param retry tries that were made again already
 */
export function retryPauseMs(policy: RetryPolicy, retry: number, random = Math.random): number {
  const pauseMs = longestPauseMs(policy, retry);
  return policy.jitter ? pauseMs * random() : pauseMs;
}

function longestPauseMs({ delayMs, factor, maxDelayMs }: RetryPolicy, retry: number): number {
  return Math.min(maxDelayMs, delayMs * factor ** retry);
}
