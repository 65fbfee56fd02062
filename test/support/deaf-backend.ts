/** A backend that never answers, as platforms do that only queue: the store is all that tells how a shard fared. */
import { type Answer, type Backend, LocalBackend, type ShardRequest } from "nodewren";

/** Inputs of short shards ride in the request, those of longer ones do not. */
const INLINE_BYTES = 160;

export class DeafBackend implements Backend {
  readonly name = "deaf";
  readonly reach = "machine";
  readonly maxShardMs: number;
  readonly limits: Backend["limits"];
  readonly #local: LocalBackend;
  /** Takes the n-th request, from 1, and loses it. */
  readonly #loses: (n: number, request: ShardRequest) => boolean;
  invoked = 0;

  /** A shard of which nothing is heard for `maxShardMs` and as much again is taken for lost. */
  constructor(loses: (n: number, request: ShardRequest) => boolean = () => false, maxShardMs = 10_000) {
    this.maxShardMs = maxShardMs;
    this.#local = new LocalBackend({ workers: 2 });
    this.limits = { ...this.#local.limits, pollMs: 20, graceMs: maxShardMs, inlineBytes: INLINE_BYTES };
    this.#loses = loses;
  }

  async ready(): Promise<void> {}

  warm(...given: Parameters<Backend["warm"]>): void {
    this.#local.warm(...given);
  }

  async invoke(request: ShardRequest, signal: AbortSignal): Promise<Answer | undefined> {
    if (!this.#loses(++this.invoked, request)) this.#local.invoke(request, signal).catch(() => {});
    return undefined;
  }

  close(): Promise<void> {
    return this.#local.close();
  }
}
