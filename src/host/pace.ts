/** How much of a stream is taken at once: what keeps the workers busy for a moment, as fast as the job has been so far. */
import type { CallOutcomes } from "../job/outcomes.js";
import { monotonicMs } from "../util/time.js";
import type { Room } from "./input-stream.js";

/** Work for so long lies ready, ms: longer than it takes to store the next inputs, on a disk and in the cloud. */
const READY_MS = 500;

/** Calls for each that can run at once, at first, when nobody knows how long they take. */
const FIRST_CALLS = 4;

/** Each segment is larger than the one before by this factor at most: one fast call says little. */
const MAX_GROWTH = 4;

/** Calls of a segment at most, as many as a few ms of a host's time; and bytes, which it holds twice while it stores them. */
const MAX_CALLS = 65_536;
const MAX_BYTES = 16 * 1024 * 1024;

/** Inputs whose calls have not ended take so many bytes at most. */
const MAX_OPEN_BYTES = 4 * MAX_BYTES;

/** Results that wait to be handed out, as a multiple of what is taken at once: a slow call must not stop the others at once. */
const WAITING = 4;

export class Pace {
  readonly #outcomes: CallOutcomes<unknown>;
  readonly #least: number;
  readonly #lingerMs: number;
  #calls: number;
  #bytesPerCall = 0;
  #since: { ms: number; count: number } | undefined;

  /** @param atOnce calls that can run at once */
  constructor(outcomes: CallOutcomes<unknown>, atOnce: number, lingerMs: number) {
    this.#outcomes = outcomes;
    this.#least = Math.min(MAX_CALLS, atOnce * FIRST_CALLS);
    this.#lingerMs = lingerMs;
    this.#calls = this.#least;
  }

  get room(): Room {
    return { calls: this.#calls, bytes: MAX_BYTES, lingerMs: this.#lingerMs };
  }

  /** Whether the next segment may be taken. */
  get isOpen(): boolean {
    const { taken, done, loops } = this.#outcomes;
    const open = taken - done;
    if (open >= this.#calls || open * this.#bytesPerCall > MAX_OPEN_BYTES) return false;
    return loops.passed === undefined || taken - loops.passed < WAITING * this.#calls;
  }

  /** A segment of so many calls and bytes was taken. */
  note(calls: number, bytes: number): void {
    this.#bytesPerCall = bytes / calls;
    // A loop over the results may be slower than the calls are.
    const count = this.#outcomes.loops.passed ?? this.#outcomes.done;
    const ms = monotonicMs();
    if (this.#since && count > this.#since.count) {
      const perMs = (count - this.#since.count) / (ms - this.#since.ms);
      const wanted = Math.ceil(perMs * READY_MS);
      this.#calls = Math.min(MAX_CALLS, MAX_GROWTH * this.#calls, Math.max(this.#least, wanted));
    }
    // Nothing is known of the time before the first result.
    if (count > 0) this.#since = { ms, count };
  }
}
