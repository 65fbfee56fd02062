/** Pauses between tries at what failed, for a limited time. */
import { pause } from "../util/abort.js";
import { SECOND_MS } from "../util/time.js";

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5 * SECOND_MS;

/** Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). */
export class Backoff {
  readonly #endsAt: number;
  #pauseMs = FIRST_PAUSE_MS;

  /** @param limitMs time after which there is no other try */
  constructor(limitMs: number) {
    this.#endsAt = performance.now() + limitMs;
  }

  /** Resolves with whether another try is due; rejects with the signal's reason. */
  async pause(signal: AbortSignal): Promise<boolean> {
    const pauseMs = Math.random() * this.#pauseMs;
    if (performance.now() + pauseMs > this.#endsAt) return false;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
    await pause(pauseMs, signal);
    return true;
  }
}
