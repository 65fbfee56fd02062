/**
 * Where nobody can tell a worker that its job was cancelled, the worker looks for the marker that the host stores; where
 * nobody hears its answer either, it beats as often.
 */
import { clearTimeout, setTimeout } from "node:timers";
import { CancelledError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { onAbort } from "../util/abort.js";
import { monotonicMs } from "../util/time.js";
import { cancelledKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";
import { beat } from "./beat.js";

/** Time between two looks, ms. Most shards are over before the first one, and so cost no request for it. */
const LOOK_MS = 10_000;

/** Time that a call gets to heed its signal before its worker is given up, ms. */
const HEED_MS = 10_000;

export interface WatchTimes {
  lookMs: number;
  heedMs: number;
}

export class CancelWatch {
  readonly #request: ShardRequest;
  readonly #store: Store;
  readonly #times: WatchTimes;
  readonly #controller = new AbortController();
  readonly #startedAt = monotonicMs();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #giveUp!: (error: Error) => void;
  /** Rejects when a call goes on long after the job was cancelled: with no code, since its worker cannot be used again. */
  readonly unheeded: Promise<never>;

  constructor(request: ShardRequest, store: Store, times = { lookMs: LOOK_MS, heedMs: HEED_MS }) {
    this.#request = request;
    this.#store = store;
    this.#times = times;
    this.unheeded = new Promise((_resolve, reject) => {
      this.#giveUp = reject;
    });
    this.unheeded.catch(() => {});
    // One was lost before it: now the host must know whether this one has begun.
    if (request.attempt > 1) void this.#beat();
    this.#lookLater();
  }

  /** Aborted once the job is known to be cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), this.#times.lookMs).unref();
  }

  async #look(): Promise<void> {
    const { jobId } = this.#request;
    void this.#beat();
    // A store that cannot be read now may be so the next time.
    const marker = await this.#store.get(cancelledKey(jobId)).catch(() => undefined);
    if (marker) this.#cancel();
    else this.#lookLater();
  }

  async #beat(): Promise<void> {
    const { jobId, attemptId, shard, leavesNote } = this.#request;
    const ranMs = monotonicMs() - this.#startedAt;
    if (leavesNote) await beat(this.#store, { jobId, attemptId, shardName: shard.name }, ranMs);
  }

  #cancel(): void {
    const { jobId, shard } = this.#request;
    if (this.#isStopped) return;
    this.#controller.abort(new CancelledError(jobId, "its marker is in the store"));
    const late = `Job ${jobId} was cancelled, but a call of its shard ${shard.name} went on for ${this.#times.heedMs} ms more`;
    this.#timer = setTimeout(() => this.#giveUp(new Error(late)), this.#times.heedMs).unref();
  }
}

/**
 * Runs the shard. One that came by way of a server may have been given up without a word to it: then the marker in the store aborts
 * the controller, as a word would have.
 */
export async function withCancelWatch<T>(
  request: ShardRequest,
  store: Store,
  controller: AbortController,
  run: () => Promise<T>,
  times?: WatchTimes,
): Promise<T> {
  if (!request.inside) return run();
  const watch = new CancelWatch(request, store, times);
  const stop = onAbort(watch.signal, (reason) => controller.abort(reason));
  try {
    return await Promise.race([watch.unheeded, run()]);
  } finally {
    stop();
    watch.stop();
  }
}
