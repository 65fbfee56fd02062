/**
 * Judges by its beats whether a worker with a shard lives and hears. Time is counted in ticks of this process, and not by
 * a clock: while this process stands still, with the whole machine for one, no worker grows silent.
 */
import { SECOND_MS } from "../../util/time.js";
import type { Beat } from "../../wire/messages.js";

const TICK_MS = SECOND_MS;

/** Silence of the thread that beats, which no call blocks, ms. It beats each second. */
export const SILENT_MS = 10 * SECOND_MS;

/** Time until a worker has begun with the shard that it was sent, ms. Only what an earlier job left can keep it from that. */
export const DEAF_MS = 10 * SECOND_MS;

/** Time until a process that was started can take shards, ms. */
export const START_MS = 2 * 60 * SECOND_MS;

/** `silent`: no beat came; `deaf`: the shard was not begun with; `slow`: it did not get so far as to beat. */
export type NoSign = "silent" | "deaf" | "slow";

export class SignsOfLife {
  readonly #onMissing: (what: NoSign) => void;
  /** Silence after which a worker is given up, ms. */
  readonly silentMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isReady = false;
  #sent = 0;
  #taken = 0;
  /** Times since the last beat, and since the shard was sent. */
  #silentMs = 0;
  #unheardMs = 0;

  constructor(onMissing: (what: NoSign) => void, silentMs = SILENT_MS) {
    this.#onMissing = onMissing;
    this.silentMs = silentMs;
  }

  /** Whether the worker has run shards before the one that it was sent last. */
  get hasServed(): boolean {
    return this.#sent > 1;
  }

  ready(): void {
    this.#isReady = true;
    this.#unheardMs = 0;
  }

  beat({ taken }: Beat): void {
    this.#silentMs = 0;
    this.#taken = taken;
  }

  /** A shard is sent: from now on, signs are missed. */
  watch(): void {
    this.#sent++;
    this.#silentMs = 0;
    this.#unheardMs = 0;
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#silentMs += TICK_MS;
    this.#unheardMs = this.#taken < this.#sent ? this.#unheardMs + TICK_MS : 0;
    const missing = this.#missing();
    if (!missing) return;
    this.stop();
    this.#onMissing(missing);
  }

  #missing(): NoSign | undefined {
    if (!this.#isReady) return this.#unheardMs >= START_MS ? "slow" : undefined;
    if (this.#silentMs >= this.silentMs) return "silent";
    return this.#unheardMs >= DEAF_MS ? "deaf" : undefined;
  }
}
