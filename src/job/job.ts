/** One `map()`: its futures, its results, its end. */
import { inspect } from "node:util";
import { CompletionError, type NodewrenError } from "../errors.js";
import type { FinishOptions, KeyedOptions, ReduceOptions } from "../options/reduce.js";
import type { Progress, ReducersOptions } from "../options.js";
import { DISPLAY, type DisplayData } from "../util/display.js";
import { INSPECT, type InspectArguments, inspected } from "../util/inspected.js";
import type { CallContext } from "../worker/call-context.js";
import { Future, type FutureControl, valueOrThrow } from "./future.js";
import { jobHtml } from "./job-html.js";
import type { JobSource } from "./job-source.js";
import type { CallOutcomes, Outcome } from "./outcomes.js";
import type { JobReport, ReportsOption } from "./report.js";

/** How a call ended, as `Promise.allSettled` tells it. */
export type Settled<R> = { status: "fulfilled"; value: R } | { status: "rejected"; reason: NodewrenError };

/** Makes one of two results; its context may be taken for that of `forms/context.ts`, which has more. */
type Reducer<T> = { reduce(a: T, b: T, context: CallContext): T | PromiseLike<T> }["reduce"];

/** What a job needs of the machinery that runs it. */
export interface JobControl extends FutureControl {
  cancel(why: string): void;
  report(): JobReport;
  reduce(job: Job<unknown>, reduce: Function, options: object): Promise<unknown>;
  /** Resolves when nothing of the job runs any more. */
  ended(): Promise<void>;
}

/**
 * Await it for the results in order; it rejects with the first failure, and the other results stay reachable through
 * `futures`, `settled()` and `completed()`. Iterate it for the results in order as they become known.
 *
 * With the option `completion`, both leave out calls that failed, and those that were cancelled once the job was decided. When it is
 * decided against the job, both end with `CompletionError`. `futures`, `settled()` and `completed()` have every call.
 *
 * Where the inputs are a stream, a loop over the job reads the stream only as its results are used, keeps no result that it has
 * given, and closes the stream when it is left. `await`, `futures` and `settled()` read the whole stream and keep all results.
 */
export class Job<R> implements PromiseLike<R[]>, AsyncIterable<R> {
  readonly id: string;
  readonly #outcomes: CallOutcomes<R>;
  readonly #control: JobControl;
  readonly #futures: Future<R>[] = [];

  /** @internal Jobs come from `executor.map()`. */
  constructor(id: string, outcomes: CallOutcomes<R>, control: JobControl) {
    this.id = id;
    this.#outcomes = outcomes;
    this.#control = control;
  }

  /** One future a call, in order; of a stream, those of the calls that were taken so far. Empty before `started()`. */
  get futures(): readonly Future<R>[] {
    this.#outcomes.loops.keepAll();
    for (let index = this.#futures.length; index < this.#outcomes.taken; index++)
      this.#futures.push(new Future(index, this.#outcomes, this.#control));
    return this.#futures;
  }

  /** @internal For jobs that have its results as their inputs. */
  get source(): JobSource {
    this.#outcomes.markSeen();
    return this.#control.source;
  }

  /** How far the job is, as of now. `total` is the number of calls that were taken so far while inputs still come. */
  get progress(): Progress {
    this.#outcomes.markSeen();
    const { taken, done, failed } = this.#outcomes;
    return { total: taken, done, failed };
  }

  /** Resolves once the calls are known, or the first ones of a stream; for an array that is at once. */
  async started(): Promise<void> {
    await this.#begun();
    if (this.#outcomes.isStream && this.#outcomes.end) throw this.#outcomes.end;
  }

  async #begun(): Promise<void> {
    this.#outcomes.markSeen();
    while (this.#outcomes.taken === 0 && this.#outcomes.total === undefined && !this.#outcomes.failure)
      await this.#outcomes.changed();
    if (this.#outcomes.failure) throw this.#outcomes.failure;
  }

  /** Every outcome, in the order in which the calls finish. Does not throw because a call failed. */
  async *completed(): AsyncGenerator<Outcome<R>, void, undefined> {
    yield* this.#loop(async (place) => {
      while (place === this.#outcomes.done && !this.#outcomes.isComplete) await this.#outcomes.changed();
      return place < this.#outcomes.done ? this.#outcomes.settledAt(place) : undefined;
    });
  }

  /**
   * Every outcome in the order of the inputs, once all are known. Rejects only where not all calls became known: an iterable of inputs
   * threw, or gave what cannot travel, or the job was cancelled before its calls were known.
   */
  async settled(): Promise<Settled<R>[]> {
    this.#outcomes.use.ask();
    this.#outcomes.loops.keepAll();
    await this.#begun();
    while (!this.#outcomes.isComplete) await this.#outcomes.changed();
    this.#checkCut();
    return this.#all(settledOf);
  }

  /** The results in the order of the inputs, each as soon as it and those before it are known. Throws at a failure. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    const { hasPolicy } = this.#outcomes;
    for await (const outcome of this.#loop((place) => this.#inOrder(place)))
      if (!hasPolicy || outcome.status === "fulfilled") yield valueOrThrow(outcome);
    if (hasPolicy) this.#checkDecision();
  }

  async #inOrder(index: number): Promise<number | undefined> {
    while (index >= this.#outcomes.taken && this.#outcomes.total === undefined) await this.#outcomes.changed();
    if (index >= this.#outcomes.taken) return undefined;
    if (this.#outcomes.statusOf(index) === "pending")
      await new Promise<void>((resolve) => this.#outcomes.whenSettled(index, resolve));
    return index;
  }

  /** @param next resolves with the index of the call whose outcome comes at that place; undefined when there is none */
  async *#loop(next: (place: number) => Promise<number | undefined>): AsyncGenerator<Outcome<R>, void, undefined> {
    const { loops, use } = this.#outcomes;
    use.ask();
    const loop = loops.enter();
    try {
      await this.#begun();
      for (let place = 0; ; place++) {
        const index = await next(place);
        if (index === undefined) break;
        yield this.#outcomes.outcome(index) ?? (await this.#outcomes.read(index));
        this.#outcomes.giveUp(index);
        loops.pass(loop);
      }
      while (this.#outcomes.isSettled && !this.#outcomes.isComplete) await this.#outcomes.changed();
      this.#checkCut();
    } finally {
      loops.leave(loop);
    }
  }

  /** Of a job that is complete. */
  async #all<T>(pick: (outcome: Outcome<R>) => T): Promise<T[]> {
    const all: T[] = [];
    // No `await` for those that are held: of thousands, it would take longer than they do.
    for (let index = 0; index < this.#outcomes.done; index++)
      all.push(pick(this.#outcomes.outcome(index) ?? (await this.#outcomes.read(index))));
    return all;
  }

  /** Throws why a stream was not read to its end, if it was not, and what went wrong with the results as a whole. */
  #checkCut(): void {
    const { cut, hasPolicy, trouble } = this.#outcomes;
    if (trouble) throw trouble;
    if (cut && !hasPolicy) throw cut.error;
  }

  /** Throws unless the job has succeeded by its policy. */
  #checkDecision(): void {
    const { decision, end, cut, firstFailure, startedAt } = this.#outcomes;
    if (!decision) throw end ?? cut?.error;
    if (decision.isSuccess) return;
    const { failed, done } = decision.counts;
    const counts = { failed, successful: done - failed };
    const error = new CompletionError(this.id, decision.why, counts, { cause: firstFailure });
    throw startedAt?.show(error) ?? error;
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

  [INSPECT](...how: InspectArguments): string {
    const { taken, done, failed, isStream, total } = this.#outcomes;
    return inspected("Job", { id: this.id, calls: isStream ? (total ?? `${taken}+`) : total, done, failed }, how);
  }

  /** For notebooks: see `display()`. */
  [DISPLAY](): DisplayData {
    const { progress, id } = this;
    const { failureCodes, failure = this.#outcomes.firstFailure } = this.#outcomes;
    const cancelled = failureCodes.get("CANCELLED") ?? 0;
    return { "text/plain": inspect(this), "text/html": jobHtml({ ...progress, cancelled, id, failure }) };
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

  /**
   * Reduces the results, in their order, as `executor.mapReduce()` does: by a tree of calls on workers, which read them from the store;
   * with `keyed`, by key. The job and its results stay as they are.
   *
   * @throws OptionError, CaptureError before anything is uploaded
   */
  reduce<K, V, T>(
    this: Job<Iterable<readonly [K, V]>>,
    reduce: Reducer<V>,
    options: FinishOptions<K, V, T, CallContext> & ReportsOption & ReducersOptions,
  ): Promise<T[]>;
  reduce<K, V>(
    this: Job<Iterable<readonly [K, V]>>,
    reduce: Reducer<V>,
    options: KeyedOptions<K, V> & ReportsOption & ReducersOptions,
  ): Promise<Map<K, V>>;
  reduce(reduce: Reducer<R>, options?: ReduceOptions<R> & ReportsOption & ReducersOptions): Promise<R>;
  reduce(reduce: Function, options: object = {}): Promise<unknown> {
    return this.#control.reduce(this as Job<unknown>, reduce, options);
  }

  /** Where the time went so far, per call and in all, and the speed-up. Print it, or read its fields. */
  report(): JobReport {
    return this.#control.report();
  }

  async #values(): Promise<R[]> {
    this.#outcomes.use.ask();
    this.#outcomes.loops.keepAll();
    await this.#begun();
    if (!this.#outcomes.hasPolicy) {
      await this.#noFailure();
      return this.#all(valueOrThrow);
    }
    const values: R[] = [];
    for await (const value of this) values.push(value);
    return values;
  }

  /** Resolves when all calls have settled. Rejects as soon as one of them has failed, with the first failure. */
  async #noFailure(): Promise<void> {
    for (let seen = 0; ; await this.#outcomes.changed()) {
      for (; seen < this.#outcomes.done; seen++) {
        const index = this.#outcomes.settledAt(seen);
        if (index !== undefined && this.#outcomes.statusOf(index) === "rejected")
          valueOrThrow(await this.#outcomes.read(index));
      }
      if (this.#outcomes.isComplete) return this.#checkCut();
    }
  }
}

function settledOf<R>(outcome: Outcome<R>): Settled<R> {
  return outcome.status === "fulfilled"
    ? { status: "fulfilled", value: outcome.value }
    : { status: "rejected", reason: outcome.reason };
}
