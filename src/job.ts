/** One `map()`: its futures, its results, its end. */
import type { NodewrenError } from "./errors.js";
import { Future, valueOrThrow } from "./future.js";
import type { JobReport } from "./host/report.js";
import type { Ledger, Outcome } from "./ledger.js";
import type { Progress } from "./options.js";

/** How a call ended, as `Promise.allSettled` tells it. */
export type Settled<R> = { status: "fulfilled"; value: R } | { status: "rejected"; reason: NodewrenError };

/** What a job needs of the machinery that runs it. */
export interface JobControl {
  cancel(why: string): void;
  report(): JobReport;
}

/**
 * Await it for the results in order; it rejects with the first failure, and the other results stay reachable through
 * `futures`, `settled()` and `completed()`. Iterate it for the results in order as they become known.
 */
export class Job<R> implements PromiseLike<R[]>, AsyncIterable<R> {
  readonly id: string;
  readonly #ledger: Ledger<R>;
  readonly #control: JobControl;
  #futures: Future<R>[] | undefined;

  /** @internal Jobs come from `executor.map()`. */
  constructor(id: string, ledger: Ledger<R>, control: JobControl) {
    this.id = id;
    this.#ledger = ledger;
    this.#control = control;
  }

  /** One future a call, in order. Empty while inputs are still being read from an async iterable: see `started()`. */
  get futures(): readonly Future<R>[] {
    const { total } = this.#ledger;
    if (total === undefined) return [];
    this.#futures ??= Array.from({ length: total }, (_, index) => new Future(index, this.#ledger));
    return this.#futures;
  }

  /** How far the job is, as of now. `total` is 0 while inputs are still being read. */
  get progress(): Progress {
    const { total, done, failed } = this.#ledger;
    return { total: total ?? 0, done, failed };
  }

  /** Resolves once the calls are known, which is at once unless the inputs come from an async iterable. */
  async started(): Promise<void> {
    while (this.#ledger.total === undefined && !this.#ledger.failure) await this.#ledger.changed();
    if (this.#ledger.failure) throw this.#ledger.failure;
  }

  /** Every outcome, in the order in which the calls finish. Does not throw because a call failed. */
  async *completed(): AsyncGenerator<Outcome<R>, void, undefined> {
    await this.started();
    for (let seen = 0; ; seen++) {
      while (seen === this.#ledger.done && !this.#ledger.isComplete) await this.#ledger.changed();
      if (seen === this.#ledger.done) return;
      yield this.#ledger.outcome(this.#ledger.order[seen] as number) as Outcome<R>;
    }
  }

  /** Every outcome in the order of the inputs, once all are known. Rejects only when the inputs could not be read. */
  async settled(): Promise<Settled<R>[]> {
    await this.started();
    while (!this.#ledger.isComplete) await this.#ledger.changed();
    return Array.from({ length: this.#ledger.done }, (_, index) =>
      settledOf(this.#ledger.outcome(index) as Outcome<R>),
    );
  }

  /** The results in the order of the inputs, each as soon as it and those before it are known. Throws at a failure. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    await this.started();
    for (const future of this.futures) yield await future;
  }

  // biome-ignore lint/suspicious/noThenProperty: a job is awaitable, that is its use
  then<T1 = R[], T2 = never>(
    onFulfilled?: ((values: R[]) => T1 | PromiseLike<T1>) | null,
    onRejected?: ((reason: unknown) => T2 | PromiseLike<T2>) | null,
  ): Promise<T1 | T2> {
    return this.#values().then(onFulfilled, onRejected);
  }

  catch<T = never>(onRejected?: ((reason: unknown) => T | PromiseLike<T>) | null): Promise<R[] | T> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R[]> {
    return this.then().finally(onFinally);
  }

  /** Ends the job: running calls are ended, and every call that has no result yet rejects with `CancelledError`. */
  cancel(reason = "job.cancel() was called"): void {
    this.#control.cancel(reason);
  }

  /** Where the time went so far, per call and in all, and the speed-up. Print it, or read its fields. */
  report(): JobReport {
    return this.#control.report();
  }

  async #values(): Promise<R[]> {
    await this.started();
    for (let seen = 0; ; await this.#ledger.changed()) {
      for (; seen < this.#ledger.done; seen++)
        valueOrThrow(this.#ledger.outcome(this.#ledger.order[seen] as number) as Outcome<R>);
      if (this.#ledger.isComplete) break;
    }
    return Array.from({ length: this.#ledger.done }, (_, index) =>
      valueOrThrow(this.#ledger.outcome(index) as Outcome<R>),
    );
  }
}

function settledOf<R>(outcome: Outcome<R>): Settled<R> {
  return outcome.status === "fulfilled"
    ? { status: "fulfilled", value: outcome.value }
    : { status: "rejected", reason: outcome.reason };
}
