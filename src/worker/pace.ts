/** Keeps tries at calls a least time apart, so that all workers of a job together keep to its `limitPerSecond`. */
import { setTimeout as pause } from "node:timers/promises";

/** Time after which who waits looks whether that is still wanted, ms. */
const SLICE_MS = 50;

/** Taken at load: the user's function may replace it. */
const now = performance.now.bind(performance);

export class Pace {
  readonly #paceMs: number;
  #nextAt = 0;

  constructor(paceMs: number) {
    this.#paceMs = paceMs;
  }

  /**
   * Resolves when a try may begin; the first one at once. Each waits for those that were asked for before it.
   *
   * @param isOver asked again and again: once it says yes, nobody waits any more, and nothing may begin
   */
  async turn(isOver: () => boolean = () => false): Promise<void> {
    const at = Math.max(now(), this.#nextAt);
    this.#nextAt = at + this.#paceMs;
    for (let left = at - now(); left > 0 && !isOver(); left = at - now()) await pause(Math.min(left, SLICE_MS));
  }
}

/** Undefined when the tries need not be kept apart. */
export function paceOf({ paceMs }: { paceMs?: number | undefined }): Pace | undefined {
  return paceMs === undefined ? undefined : new Pace(paceMs);
}
