/** How a job went on: calls done, and calls that ran at once, over its time. */
import type { CallTable } from "./call-table.js";

/** Arrays have an entry for each step; the first is moment 0. */
export interface OverTime {
  /** ms after the `map()`. */
  at: Float64Array;
  /** Calls that had ended by then. */
  done: Float64Array;
  /** Of them, those that gave no value. */
  failed: Float64Array;
  /** Calls that ran at once, on average since the step before. */
  atOnce: Float64Array;
}

/** @param untilMs not before the last end */
export function overTime({ count, start, end, failed }: CallTable, untilMs: number, steps: number): OverTime {
  const stepMs = untilMs / steps;
  const found = {
    at: Float64Array.from({ length: steps + 1 }, (_, i) => i * stepMs),
    done: new Float64Array(steps + 1),
    failed: new Float64Array(steps + 1),
    atOnce: new Float64Array(steps + 1),
  };
  if (stepMs <= 0) return found;
  const stepOf = (ms: number) => Math.min(steps, Math.max(1, Math.ceil(ms / stepMs)));
  /** How many more run from this step on; they run through all of it but for what `atOnce` has less. */
  const changes = new Float64Array(steps + 2);
  for (let place = 0; place < count; place++) {
    const [from, to] = [start[place] as number, end[place] as number];
    const [first, last] = [stepOf(from), stepOf(to)];
    add(found.done, last, 1);
    if (failed[place]) add(found.failed, last, 1);
    add(changes, first, 1);
    add(changes, last + 1, -1);
    add(found.atOnce, first, -(from / stepMs - (first - 1)));
    add(found.atOnce, last, -(last - to / stepMs));
  }
  for (let step = 1; step <= steps; step++) {
    add(changes, step, changes[step - 1] as number);
    add(found.atOnce, step, changes[step] as number);
    add(found.done, step, found.done[step - 1] as number);
    add(found.failed, step, found.failed[step - 1] as number);
  }
  return found;
}

/** Speed-up by each moment: the work that was done by then over the time that it took. */
export function speedUpOverTime({ at, atOnce }: OverTime, workShare: number): Float64Array {
  const speedUp = new Float64Array(at.length);
  let workMs = 0;
  for (let i = 1; i < at.length; i++) {
    const moment = at[i] as number;
    workMs += (atOnce[i] as number) * (moment - (at[i - 1] as number)) * workShare;
    speedUp[i] = moment > 0 ? workMs / moment : 0;
  }
  return speedUp;
}

function add(numbers: Float64Array, at: number, amount: number): void {
  numbers[at] = (numbers[at] as number) + amount;
}
