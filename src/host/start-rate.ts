/**
 * Keeps a job to its `limitPerSecond` without asking anybody: so many shards run at once as have a fixed share of the limit each.
 * Their workers start calls no sooner than that allows, and so does the next shard in the place of one that has ended.
 */
import { pause } from "../util/abort.js";
import { MAX_TIMER_MS, monotonicMs, SECOND_MS } from "../util/time.js";
import type { JobSettings } from "./job-run.js";

export interface RateShare {
  /** Shards that may run at once. */
  atOnce: number;
  /** Least time between two starts of calls in each of them, ms. */
  paceMs: number;
}

/**
 * As many shards as reach the limit with calls that take a second: with more, too many calls might start in one instant, and
 * workers would do nothing but wait. Undefined when there is no limit.
 */
export function rateShare(
  settings: Pick<JobSettings, "concurrentCalls" | "limitPerSecond">,
  concurrency: number,
  shards = Infinity,
): RateShare | undefined {
  const { limitPerSecond, concurrentCalls } = settings;
  if (limitPerSecond === undefined) return undefined;
  const atOnce = Math.max(1, Math.min(concurrency, shards, Math.ceil(limitPerSecond / concurrentCalls)));
  return { atOnce, paceMs: (atOnce * SECOND_MS) / limitPerSecond };
}

export class StartRate {
  readonly paceMs: number;
  /** Times from which a shard may run in a place that is free, the earliest first. */
  readonly #free: number[];
  readonly #waiting: ((freeAt: number) => void)[] = [];

  constructor({ atOnce, paceMs }: RateShare) {
    this.paceMs = paceMs;
    const startedAt = monotonicMs();
    // Not all at once, as each shard starts its first call when it begins.
    this.#free = Array.from({ length: atOnce }, (_, place) => startedAt + (place * paceMs) / atOnce);
  }

  /** Does the work when a shard may run. Rejects with the signal's reason while it waits for that. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const freeAt = this.#free.shift() ?? (await new Promise<number>((take) => this.#waiting.push(take)));
    let nextAt = freeAt;
    try {
      signal.throwIfAborted();
      await pauseUntil(freeAt, signal);
      try {
        return await work();
      } finally {
        // Its last call may have started just now.
        nextAt = monotonicMs() + this.paceMs;
      }
    } finally {
      this.#leave(nextAt);
    }
  }

  #leave(freeAt: number): void {
    const next = this.#waiting.shift();
    if (next) next(freeAt);
    else this.#free.push(freeAt);
  }
}

async function pauseUntil(at: number, signal: AbortSignal): Promise<void> {
  for (let left = at - monotonicMs(); left > 0; left = at - monotonicMs())
    await pause(Math.min(left, MAX_TIMER_MS), signal);
}
