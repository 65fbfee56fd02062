/** What is seen of an attempt that nobody answers for, and from when on it counts as lost. */
import { type BeatLimits, WorkerDeath } from "../backends/backend.js";

/** Tries up to which the time to begin doubles: then it is longer than most queues are. */
const MAX_DOUBLINGS = 3;

/** Time is counted in looks that were made, and not by a clock: while the host stands still, or its store is out, none is lost. */
export class AttemptSigns {
  readonly #limits: BeatLimits;
  readonly #firstMs: number;
  /** Size of the object that grows with each beat; 0: there is none. */
  #bytes = 0;
  #silentMs = 0;

  /** @param attempt number of the try, from 1 */
  constructor(limits: BeatLimits, attempt: number) {
    this.#limits = limits;
    this.#firstMs = limits.firstMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS);
  }

  /**
   * @param bytes size of the object of its beats; 0: none was seen
   * @param passedMs time since the look before
   * @returns a death when too long nothing was heard
   */
  look(bytes: number, passedMs: number): WorkerDeath | undefined {
    this.#silentMs = bytes === this.#bytes ? this.#silentMs + passedMs : 0;
    this.#bytes = bytes;
    const neverBegan = bytes === 0;
    if (this.#silentMs < (neverBegan ? this.#firstMs : this.#limits.silentMs)) return undefined;
    const silence = { silentMs: this.#silentMs, ...(neverBegan && { neverBegan }) };
    return new WorkerDeath({ kind: "lost", index: undefined, certain: false, ...silence });
  }
}
