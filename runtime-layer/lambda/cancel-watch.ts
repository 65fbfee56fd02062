/**
 * Looks whether the job was cancelled, and beats, while a call blocks the main thread, which does so by itself when it can
 * (`src/worker/cancel-watch.ts`). A call that computes for minutes would else be paid for to its end, or be given up for lost.
 */
import type { Store } from "../../src/stores/store.js";
import { monotonicMs } from "../../src/util/time.js";
import { cancelledKey } from "../../src/wire/keys.js";
import { beat } from "../../src/worker/beat.js";
import type { NotePlace, WatchedJob } from "./watchdog-messages.js";

/** Time between two looks, ms, and before the first one: as the main thread does. */
const LOOK_MS = 10_000;

/** Time between two beats of the main thread's pulse, ms. */
export const PULSE_MS = 1000;

/** Silence after which the main thread counts as blocked, ms. */
const BLOCKED_MS = 5 * PULSE_MS;

export class BlockedWatch {
  readonly #pulse: Float64Array;
  readonly #open: (job: WatchedJob) => Promise<Store>;
  readonly #onCancelled: () => void;
  #job: WatchedJob | undefined;
  #note: NotePlace | undefined;
  #startedAt = 0;
  #nextLookAt = Infinity;

  /**
   * @param pulse time of the main thread's last beat (`monotonicMs`), in memory that both threads share
   * @param onCancelled called when the job of a blocked main thread was cancelled
   */
  constructor(pulse: Float64Array, open: (job: WatchedJob) => Promise<Store>, onCancelled: () => void) {
    this.#pulse = pulse;
    this.#open = open;
    this.#onCancelled = onCancelled;
  }

  /** A shard of this job begins, with beats if it leaves a note. */
  follow(job: WatchedJob | undefined, note?: NotePlace): void {
    this.#job = job;
    this.#note = note;
    this.#startedAt = monotonicMs();
    this.#nextLookAt = this.#startedAt + LOOK_MS;
  }

  /** Called again and again while a call runs. */
  look(): void {
    const now = monotonicMs();
    if (!this.#job || now < this.#nextLookAt || now - (this.#pulse[0] as number) < BLOCKED_MS) return;
    this.#nextLookAt = Infinity;
    void this.#ask(this.#job);
  }

  async #ask(job: WatchedJob): Promise<void> {
    const isCancelled = await this.#isCancelled(job);
    // The shard may have ended meanwhile, and another job's have begun.
    if (this.#job !== job) return;
    if (isCancelled) this.#onCancelled();
    this.#nextLookAt = monotonicMs() + LOOK_MS;
  }

  /** A store that cannot be read now may be so the next time. */
  async #isCancelled(job: WatchedJob): Promise<boolean> {
    try {
      const store = await this.#open(job);
      if (this.#note) await beat(store, this.#note, monotonicMs() - this.#startedAt);
      return (await store.get(cancelledKey(job.jobId))) !== undefined;
    } catch {
      return false;
    }
  }
}
