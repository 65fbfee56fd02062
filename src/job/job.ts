/** One `map()`: its futures, its results, its end. */
import { CompletionError, type NodewrenError } from "../errors.js";
import type { Progress } from "../options.js";
import { Future, valueOrThrow } from "./future.js";
import type { CallOutcomes, Outcome } from "./outcomes.js";
import type { JobReport } from "./report.js";

/** How a call ended, as `Promise.allSettled` tells it. */
export type Settled<R> = { status: "fulfilled"; value: R } | { status: "rejected"; reason: NodewrenError };

/** What a job needs of the machinery that runs it. */
export interface JobControl {
  cancel(why: string): void;
  report(): JobReport;
  /** Resolves when nothing of the job runs any more. */
  ended(): Promise<void>;
  /** Runs the stored call in this process. */
  replay(index: number): Promise<unknown>;
}

/**
 * Await it for the results in order; it rejects with the first failure, and the other results stay reachable through
 * `futures`, `settled()` and `completed()`. Iterate it for the results in order as they become known.
 *
 * With the option `completion`, calls that fail are left out of both, as are those that were cancelled once it was decided;
 * when it is decided against the job, both end with `CompletionError`. The others tell of every call as ever.
 */
export class Job<R> implements PromiseLike<R[]>, AsyncIterable<R> {
  readonly id: string;
  readonly #outcomes: CallOutcomes<R>;
  readonly #control: JobControl;
  #futures: Future<R>[] | undefined;

  /** @internal Jobs come from `executor.map()`. */
  constructor(id: string, outcomes: CallOutcomes<R>, control: JobControl) {
    this.id = id;
    this.#outcomes = outcomes;
    this.#control = control;
  }

  /** One future a call, in order. Empty while inputs are still being read from an async iterable: see `started()`. */
  get futures(): readonly Future<R>[] {
    const { total } = this.#outcomes;
    if (total === undefined) return [];
    const replay = (index: number) => this.#control.replay(index);
    this.#futures ??= Array.from({ length: total }, (_, index) => new Future(index, this.#outcomes, replay));
    return this.#futures;
  }

  /** How far the job is, as of now. `total` is 0 while inputs are still being read. */
  get progress(): Progress {
    this.#outcomes.markSeen();
    const { total, done, failed } = this.#outcomes;
    return { total: total ?? 0, done, failed };
  }

  /** Resolves once the calls are known, which is at once unless the inputs come from an async iterable. */
  async started(): Promise<void> {
    this.#outcomes.markSeen();
    while (this.#outcomes.total === undefined && !this.#outcomes.failure) await this.#outcomes.changed();
    if (this.#outcomes.failure) throw this.#outcomes.failure;
  }

  /** Every outcome, in the order in which the calls finish. Does not throw because a call failed. */
  async *completed(): AsyncGenerator<Outcome<R>, void, undefined> {
    await this.started();
    for (let seen = 0; ; seen++) {
      while (seen === this.#outcomes.done && !this.#outcomes.isComplete) await this.#outcomes.changed();
      if (seen === this.#outcomes.done) return;
      yield this.#outcomes.outcome(this.#outcomes.order[seen] as number) as Outcome<R>;
    }
  }

  /** Every outcome in the order of the inputs, once all are known. Rejects only when the inputs could not be read. */
  async settled(): Promise<Settled<R>[]> {
    await this.started();
    while (!this.#outcomes.isComplete) await this.#outcomes.changed();
    return Array.from({ length: this.#outcomes.done }, (_, index) =>
      settledOf(this.#outcomes.outcome(index) as Outcome<R>),
    );
  }

  /** The results in the order of the inputs, each as soon as it and those before it are known. Throws at a failure. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    await this.started();
    if (this.#outcomes.hasPolicy) return yield* this.#chosen();
    for (const future of this.futures) yield await future;
  }

  /** The values of the calls that have one. */
  async *#chosen(): AsyncGenerator<R, void, undefined> {
    for (const future of this.futures) {
      const outcome = await future.settled();
      if (outcome.status === "fulfilled") yield outcome.value;
    }
    this.#checkDecision();
  }

  /** Throws unless the job has succeeded by its policy. */
  #checkDecision(): void {
    const { decision, end, firstFailure } = this.#outcomes;
    if (!decision) throw end;
    if (decision.isSuccess) return;
    const { failed, done } = decision.counts;
    throw new CompletionError(this.id, decision.why, { failed, successful: done - failed }, { cause: firstFailure });
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

  /** For `await using`: cancels the job if it has not come to its end, and waits until nothing of it runs here. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#outcomes.markSeen();
    if (!this.#outcomes.isComplete) this.cancel("the scope of `await using` has ended");
    await this.#control.ended();
  }

  /** Where the time went so far, per call and in all, and the speed-up. Print it, or read its fields. */
  report(): JobReport {
    return this.#control.report();
  }

  async #values(): Promise<R[]> {
    await this.started();
    if (this.#outcomes.hasPolicy) {
      const values: R[] = [];
      for await (const value of this.#chosen()) values.push(value);
      return values;
    }
    for (let seen = 0; ; await this.#outcomes.changed()) {
      for (; seen < this.#outcomes.done; seen++)
        valueOrThrow(this.#outcomes.outcome(this.#outcomes.order[seen] as number) as Outcome<R>);
      if (this.#outcomes.isComplete) break;
    }
    return Array.from({ length: this.#outcomes.done }, (_, index) =>
      valueOrThrow(this.#outcomes.outcome(index) as Outcome<R>),
    );
  }
}

function settledOf<R>(outcome: Outcome<R>): Settled<R> {
  return outcome.status === "fulfilled"
    ? { status: "fulfilled", value: outcome.value }
    : { status: "rejected", reason: outcome.reason };
}
