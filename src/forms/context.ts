/** What a user's function is given on a worker, and what of an executor it can use there. */
import type { Broadcast } from "../broadcast.js";
import type { Inputs } from "../host/encode-inputs.js";
import type { Future } from "../job/future.js";
import type { Job } from "../job/job.js";
import type { ReportsOption } from "../job/report.js";
import type { Delivered } from "../options/delivery.js";
import type { FinishOptions, KeyedOptions, ReduceOptions } from "../options/reduce.js";
import type { JobOptions, ModuleFunction } from "../options.js";
import type { CallContext as WorkerContext } from "../worker/call-context.js";
import type { Command, ShellResult } from "./on-worker/run-command.js";
import type { DeliveringOptions, ParallelForOptions, ReducingOptions, ShellOptions, WarmOptions } from "./options.js";

/** Second argument of the user's function. */
export interface CallContext extends WorkerContext {
  /**
   * Runs jobs from inside the call, on workers of its own, with the job's store. It is made when first used. Await its jobs: those that
   * still run when the call has ended, or is cancelled, are cancelled. Throws `InvokeError` where maps would nest more than three
   * deep, or where workers can start no others.
   */
  readonly executor: InnerExecutor;
}

/** A function that can be mapped: sync or async, of an input and the call's context. */
export type MapFunction<I, R> = (input: I, context: CallContext) => R;

/** One iteration. Its context is that of the call that runs it with others: `context.index` counts calls, not iterations. */
export type LoopBody<R> = (i: number, context: CallContext) => R;

/** What runs jobs. */
export interface InnerExecutor {
  /**
   * Runs `fn` on every input. Function, what it closes over, and inputs travel as they are now: later changes here
   * are not seen there, and each call starts from that snapshot.
   *
   * @returns the job; await it for the results in the order of the inputs
   * @throws OptionError, CaptureError, CodecError before anything is uploaded; InvokeError when the executor is closed; what an iterable of
   * inputs throws while its first inputs are read
   */
  map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options: DeliveringOptions<Awaited<R>>): Job<Delivered>;
  map(fn: ModuleFunction, inputs: Inputs<unknown>, options: DeliveringOptions): Job<Delivered>;
  map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options?: JobOptions): Job<Awaited<R>>;
  /** The form by module path: nothing is captured; a worker imports the module and calls the export. */
  map<R = unknown>(fn: ModuleFunction, inputs: Inputs<unknown>, options?: JobOptions): Job<R>;

  /** Runs `fn` on one input. Options and errors are those of `map()`. */
  call<I, R>(fn: MapFunction<I, R>, input: I | Future<I>, options: DeliveringOptions<Awaited<R>>): Future<Delivered>;
  call(fn: ModuleFunction, input: unknown, options: DeliveringOptions): Future<Delivered>;
  call<I, R>(fn: MapFunction<I, R>, input: I | Future<I>, options?: JobOptions): Future<Awaited<R>>;
  call<R = unknown>(fn: ModuleFunction, input: unknown, options?: JobOptions): Future<R>;

  /**
   * Runs `map` on every input, and reduces the results, in their order, by a tree of calls of `reduce` on workers, which read them from the
   * store. `reduce(a, b, context)` must be associative; it need not be commutative.
   *
   * With `keyed`, results are pairs of `[key, value]`, and values with the same key are reduced: each shard of map calls reduces its own,
   * and stores one object that is divided by key; each of the `reducers` reads its range of each. Keys are the same where a Map takes them
   * for the same.
   *
   * @returns what `reduce` made of all results; with `keyed`, a Map of keys to that, in the order in which keys came first; with
   * `finish`, what that gave on each reducer
   * @throws OptionError, CaptureError, CodecError before anything is uploaded
   */
  mapReduce<I, K, V, R>(
    map: MapFunction<I, Iterable<readonly [K, V]> | PromiseLike<Iterable<readonly [K, V]>>>,
    inputs: Inputs<I>,
    reduce: (a: V, b: V, context: CallContext) => V | PromiseLike<V>,
    options: FinishOptions<K, V, R, CallContext> & ReportsOption & JobOptions,
  ): Promise<R[]>;
  mapReduce<I, K, V>(
    map: MapFunction<I, Iterable<readonly [K, V]> | PromiseLike<Iterable<readonly [K, V]>>>,
    inputs: Inputs<I>,
    reduce: (a: V, b: V, context: CallContext) => V | PromiseLike<V>,
    options: KeyedOptions<K, V> & ReportsOption & JobOptions,
  ): Promise<Map<K, V>>;
  mapReduce<I, T>(
    map: MapFunction<I, T | PromiseLike<T>>,
    inputs: Inputs<I>,
    reduce: (a: T, b: T, context: CallContext) => T | PromiseLike<T>,
    options?: ReduceOptions<T> & ReportsOption & JobOptions,
  ): Promise<T>;

  /**
   * Runs `body(i)` for `from <= i < to`, or down from `from` with a negative `step`. Each call runs a range of them, so that a billion
   * iterations are no billion calls. With `reduce` it resolves with the results made one, in the order of `i`.
   *
   * The first failure ends the loop and cancels the rest. The error's `cause` names the `i`, and has what the body threw as its own `cause`.
   *
   * @throws OptionError, CaptureError before anything is uploaded
   */
  parallelFor<R>(
    from: number,
    to: number,
    body: LoopBody<R>,
    options: ReducingOptions<Awaited<R>>,
  ): Promise<Awaited<R>>;
  parallelFor(from: number, to: number, body: LoopBody<unknown>, options?: ParallelForOptions): Promise<void>;

  /**
   * Runs each command on a worker: a string by the worker's shell, an array as a program and its arguments, without a shell. An exit
   * code is a result, unless `check` is set; a program that cannot be started fails its call.
   *
   * When a command is cancelled or runs out of time, its whole process group is killed. A command whose host is killed by SIGKILL goes on.
   *
   * @throws OptionError before anything is uploaded
   */
  sh(commands: Iterable<Command>, options?: ShellOptions): Job<ShellResult>;

  /**
   * Starts workers, so that they are warm when the first job comes. In the cloud it invokes that many at once, and each waits a moment
   * for the others. Fewer are warm where the platform grants fewer, and the platform ends idle ones when it likes. An executor's
   * setup runs on them now, and again before the first call of a function.
   *
   * @param n workers that are wanted, including those that are warm already; no more are started than can run at once
   * @returns workers that were warm
   * @throws OptionError
   */
  warm(n: number, options?: WarmOptions): Promise<number>;

  /**
   * A large value for functions to close over, stored once, and decoded once per worker instead of for every call.
   * It travels as it is now; functions read its `value`.
   *
   * @throws CodecError when the value cannot travel; InvokeError when the executor is closed
   */
  broadcast<T>(value: T): Broadcast<T>;
}
