/** What a watchdog looks for: a call or a shard that takes more than it may. */
import { monotonicMs } from "../../util/time.js";
import type { StatusLine } from "../../wire/messages.js";
import type { CallClock } from "./call-clock.js";

/** Why the process must be ended. */
export type Overrun = Extract<StatusLine, { type: "timeout" | "memory" | "stuck" | "deadline" }>;

/** @param memoryLimit resident memory in bytes that the process may take while a call runs; undefined: any. */
export function overrunOf(clock: CallClock, memoryLimit: number | undefined): Overrun | undefined {
  if (clock.isStuck) return { type: "stuck", index: null };
  const { overdue } = clock;
  if (overdue) return { type: "timeout", ...overdue };
  const { isBusy, running } = clock;
  if (isBusy && memoryLimit !== undefined && process.memoryUsage.rss() > memoryLimit)
    return { type: "memory", ...running };
  return clock.isOutOfTime ? { type: "deadline", ...clock.longRunning } : undefined;
}

/** Tells once of each call that has run for `afterMs`, so that even a sudden death leaves a suspect. */
export class Suspects {
  readonly #clock: CallClock;
  readonly #afterMs: number;
  /** Start of the call that was told last. */
  #told: number | undefined;

  constructor(clock: CallClock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  next(): StatusLine | undefined {
    const { running, startedAt } = this.#clock;
    // Of calls that run at once, each would be a suspect.
    if (
      running.index === null ||
      running.atOnce !== undefined ||
      startedAt === this.#told ||
      monotonicMs() - startedAt < this.#afterMs
    )
      return undefined;
    this.#told = startedAt;
    return { type: "running", ...running };
  }
}
