/** Keeps tries at calls a least time apart, so that all workers of a job together keep to its `limitPerSecond`. */
import { setTimeout as pause } from "node:timers/promises";

/** Time after which who waits looks whether that is still wanted, ms. */
const SLICE_MS = 50;

/** Taken at load: the user's function may replace it. */
const now = performance.now.bind(performance);

export class Pace {
  readonly #paceMs: number;
  #nextAt = 0;
  /** Resolves when nobody waits who has asked before. */
  #last = Promise.resolve();

  constructor(paceMs: number) {
    this.#paceMs = paceMs;
  }

  /**
   * Resolves when a try may begin; the first one at once. Each waits for those that were asked for before it.
   *
   * @param isOver asked again and again: once it says yes, nobody waits any more, and nothing may begin
   */
  turn(isOver: () => boolean = () => false): Promise<void> {
    this.#last = this.#after(this.#last, isOver);
    return this.#last;
  }

  /** Counted from when the one before really began: where many are late, they must not begin together. */
  async #after(before: Promise<void>, isOver: () => boolean): Promise<void> {
    await before;
    for (;;) {
      if (isOver()) return;
      const left = this.#nextAt - now();
      if (left <= 0) break;
      await pause(Math.min(left, SLICE_MS));
    }
    this.#nextAt = now() + this.#paceMs;
  }
}

/** Undefined when the tries need not be kept apart. */
export function paceOf({ paceMs }: { paceMs?: number | undefined }): Pace | undefined {
  return paceMs === undefined ? undefined : new Pace(paceMs);
}
