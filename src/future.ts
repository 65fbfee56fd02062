import type { CallOutput, NodewrenError } from "./errors.js";
import type { Ledger, Outcome } from "./ledger.js";

/** The host's handle on one call. Await it, or give it to `Promise.all`. One that nobody looks at makes no noise. */
export class Future<R> implements PromiseLike<R> {
  /** Index of the call in its job. */
  readonly index: number;
  readonly #ledger: Ledger<R>;

  /** @internal Futures come from `job.futures`. */
  constructor(index: number, ledger: Ledger<R>) {
    this.index = index;
    this.#ledger = ledger;
  }

  get status(): "pending" | "fulfilled" | "rejected" {
    return this.#outcome?.status ?? "pending";
  }

  /** The value once fulfilled, else undefined. */
  get value(): R | undefined {
    return this.#outcome?.status === "fulfilled" ? this.#outcome.value : undefined;
  }

  /** The error once rejected, else undefined. */
  get reason(): NodewrenError | undefined {
    return this.#outcome?.status === "rejected" ? this.#outcome.reason : undefined;
  }

  /** What the call wrote to stdout and stderr; empty until it has settled. Each stream is cut at 64 Ki characters. */
  get output(): CallOutput {
    return this.#ledger.output(this.index);
  }

  /** Resolves once the call has settled, however it ended. Never rejects. */
  settled(): Promise<Outcome<R>> {
    return new Promise((resolve) => {
      this.whenSettled(() => resolve(this.#outcome as Outcome<R>));
    });
  }

  /** @internal Calls back once settled, at once when it is. Returns the way to take that back. */
  whenSettled(tell: () => void): () => void {
    return this.#ledger.whenSettled(this.index, tell);
  }

  // biome-ignore lint/suspicious/noThenProperty: a future is awaitable, that is its use
  then<T1 = R, T2 = never>(
    onFulfilled?: ((value: R) => T1 | PromiseLike<T1>) | null,
    onRejected?: ((reason: unknown) => T2 | PromiseLike<T2>) | null,
  ): Promise<T1 | T2> {
    return this.settled().then(valueOrThrow).then(onFulfilled, onRejected);
  }

  catch<T = never>(onRejected?: ((reason: unknown) => T | PromiseLike<T>) | null): Promise<R | T> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R> {
    return this.then().finally(onFinally);
  }

  get #outcome(): Outcome<R> | undefined {
    return this.#ledger.outcome(this.index);
  }
}

/** The value, or the error thrown. */
export function valueOrThrow<R>(outcome: Outcome<R>): R {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
