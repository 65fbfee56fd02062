import type { RetryPolicy, ShardRequest } from "./messages.js";

export const NO_RETRIES: RetryPolicy = { limit: 0, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false };

/** Calls that are given up may take as many as half of the places of a shard, before it ends for that. */
const LANES_LOST = 2;

/** Longest time that the shard's setup and calls may take by the job's own limit, ms; `Infinity` without one. */
export function callsMs({ timeoutMs = Infinity, retries, shard, setupDigests, ...request }: ShardRequest): number {
  const { concurrentCalls = 1, paceMs = 0 } = request;
  const rounds = roundsOf(shard, concurrentCalls) * (concurrentCalls > 1 ? LANES_LOST : 1);
  const limited = Math.min(shard.count, rounds) + (setupDigests ? 1 : 0);
  let pausesMs = 0;
  for (let retry = 0; retry < retries.limit; retry++) pausesMs += longestPauseMs(retries, retry);
  const tries = retries.limit + 1;
  return (timeoutMs * tries + pausesMs) * limited + paceMs * tries * shard.count;
}

/** How many calls of the shard run one after the other, when so many run at once. */
export function roundsOf({ count }: { count: number }, concurrentCalls: number): number {
  return Math.ceil(count / concurrentCalls);
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
