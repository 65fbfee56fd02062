import type { Store } from "../stores/store.js";

/** Second argument of the user's function, as far as the worker makes it; see also `forms/context.ts`. */
export interface CallContext {
  /** Index of the call in its job, from 0. */
  readonly index: number;
  /** Number of this try at the call, from 1. */
  readonly attempt: number;
  /** Aborted when the job is cancelled, and when the call has run for longer than `timeoutMs` while others ran beside it. */
  readonly signal: AbortSignal;
  /** Time left until `timeoutMs` ends the call, ms; `Infinity` without a `timeoutMs`. Read it again for a new value. */
  readonly remainingMs: number;
  /** The executor's store, for what is too large to be a result, or is to be shared between calls. */
  readonly store: Store;
  /**
   * The span of the shard that the call is in, in the form of W3C's trace context, for spans that the function makes: its own is made when
   * it has ended. Undefined where nobody traces the job.
   */
  readonly traceparent: string | undefined;
}

/** What the contexts of a shard's calls have in common. */
export interface ShardContext {
  /** Made on first use: most functions never look at their signal. */
  readonly signal: AbortSignal;
  readonly store: Store;
  readonly timeoutMs: number | undefined;
  readonly traceparent: string | undefined;
  /** An executor for jobs that a call starts; made on first use. Throws where there can be none. */
  executor(): unknown;
}

export class Context implements CallContext {
  readonly index: number;
  readonly attempt: number;
  readonly #shard: ShardContext;
  readonly #startedAt: number;

  constructor(index: number, attempt: number, shard: ShardContext) {
    this.index = index;
    this.attempt = attempt;
    this.#shard = shard;
    this.#startedAt = shard.timeoutMs === undefined ? 0 : performance.now();
  }

  get signal(): AbortSignal {
    return this.#shard.signal;
  }

  get store(): Store {
    return this.#shard.store;
  }

  get traceparent(): string | undefined {
    return this.#shard.traceparent;
  }

  /** An `InnerExecutor`. */
  get executor(): unknown {
    return this.#shard.executor();
  }

  get remainingMs(): number {
    const { timeoutMs } = this.#shard;
    return timeoutMs === undefined ? Infinity : Math.max(0, this.#startedAt + timeoutMs - performance.now());
  }
}
