/** Pauses between tries at what failed, for a limited time. */
import { setTimeout as sleep } from "node:timers/promises";

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5000;

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
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    return true;
  }
}
