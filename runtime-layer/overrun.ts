/** What a watchdog looks for: a call or a shard that takes more than it may. */
import type { StatusLine } from "../src/wire/messages.js";
import type { CallClock } from "./call-clock.js";

/** Why the process must be ended. */
export type Overrun = Extract<StatusLine, { type: "timeout" | "memory" | "stuck" | "deadline" }>;

/** @param memoryLimit resident memory in bytes that the process may take while a call runs; undefined: any. */
export function overrunOf(clock: CallClock, memoryLimit: number | undefined): Overrun | undefined {
  if (clock.isStuck) return { type: "stuck", index: null };
  const overdue = clock.overdueIndex;
  if (overdue !== null) return { type: "timeout", index: overdue };
  const { index } = clock;
  if (index !== null && memoryLimit !== undefined && process.memoryUsage.rss() > memoryLimit)
    return { type: "memory", index };
  return clock.isOutOfTime ? { type: "deadline", index: clock.longIndex } : undefined;
}

/** Tells once of each call that has run for `afterMs`, so that even a sudden death leaves a suspect. */
export class Suspects {
  readonly #clock: CallClock;
  readonly #afterMs: number;
  /** Start of the call that was told last. */
  #told = 0;

  constructor(clock: CallClock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  next(): StatusLine | undefined {
    const { index, startedAt } = this.#clock;
    if (index === null || startedAt === this.#told || Date.now() - startedAt < this.#afterMs) return undefined;
    this.#told = startedAt;
    return { type: "running", index };
  }
}
