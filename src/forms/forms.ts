/** The forms of an executor that are made of its `map()`. */
import type { BackendLimits } from "../backends/backend.js";
import type { Broadcast } from "../broadcast.js";
import { checkFunction } from "../host/capture-job.js";
import type { Inputs } from "../host/encode-inputs.js";
import { partsOf, reduceKeyed, reduceResults } from "../host/keyed-reduce.js";
import { reduceTree } from "../host/map-reduce.js";
import { type Reducing, withReports } from "../host/reducing.js";
import type { Future } from "../job/future.js";
import { Job } from "../job/job.js";
import type { ReportsOption } from "../job/report.js";
import { checkJobOptions, checkReducersOptions } from "../options/check-options.js";
import { type Delivered, refuseDelivery } from "../options/delivery.js";
import {
  type AnyReduceOptions,
  checkReduceOptions,
  type FinishOptions,
  type KeyedOptions,
  type ReduceOptions,
  refuseCache,
  splitReduceOptions,
} from "../options/reduce.js";
import { type JobOptions, type ModuleFunction, optionsOfReduce } from "../options.js";
import { asCalled, asCalledLater } from "../util/called.js";
import { ExecutorBrand } from "./brand.js";
import type { CallContext, InnerExecutor, LoopBody, MapFunction } from "./context.js";
import type { Command, ShellResult } from "./on-worker/run-command.js";
import type { DeliveringOptions, ParallelForOptions, ReducingOptions, ShellOptions, WarmOptions } from "./options.js";
import { parallelFor } from "./parallel-for.js";
import { runCommands } from "./shell.js";
import { warmWorkers } from "./warm.js";

/** What they do is said where `InnerExecutor` declares them. */
export abstract class Forms extends ExecutorBrand implements InnerExecutor {
  abstract map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options: DeliveringOptions<Awaited<R>>): Job<Delivered>;
  abstract map(fn: ModuleFunction, inputs: Inputs<unknown>, options: DeliveringOptions): Job<Delivered>;
  abstract map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options?: JobOptions): Job<Awaited<R>>;
  abstract map<R = unknown>(fn: ModuleFunction, inputs: Inputs<unknown>, options?: JobOptions): Job<R>;
  abstract call<I, R>(
    fn: MapFunction<I, R>,
    input: I | Future<I>,
    options: DeliveringOptions<Awaited<R>>,
  ): Future<Delivered>;
  abstract call(fn: ModuleFunction, input: unknown, options: DeliveringOptions): Future<Delivered>;
  abstract call<I, R>(fn: MapFunction<I, R>, input: I | Future<I>, options?: JobOptions): Future<Awaited<R>>;
  abstract call<R = unknown>(fn: ModuleFunction, input: unknown, options?: JobOptions): Future<R>;
  abstract broadcast<T>(value: T): Broadcast<T>;

  /** @internal What the backend can do; a promise where its platform has to be asked. */
  protected abstract limits(): BackendLimits | Promise<BackendLimits>;

  /** @internal Captures `reduce` and the functions among the options, and gives what starts jobs of them. */
  protected abstract reducing(reduce: Function, options: AnyReduceOptions, jobOptions: JobOptions): Reducing;

  parallelFor<R>(
    from: number,
    to: number,
    body: LoopBody<R>,
    options: ReducingOptions<Awaited<R>>,
  ): Promise<Awaited<R>>;
  parallelFor(from: number, to: number, body: LoopBody<unknown>, options?: ParallelForOptions): Promise<void>;
  parallelFor(
    from: number,
    to: number,
    body: LoopBody<unknown>,
    options?: ParallelForOptions | ReducingOptions<unknown>,
  ): Promise<unknown> {
    return asCalledLater(Forms.prototype.parallelFor, () =>
      parallelFor(this, () => this.limits(), [from, to, body], options),
    );
  }

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
  mapReduce(
    map: MapFunction<never, unknown>,
    inputs: Inputs<unknown>,
    reduce: Function,
    options: AnyReduceOptions & JobOptions = {},
  ): Promise<unknown> {
    return asCalledLater(Forms.prototype.mapReduce, () => {
      const { reducing: reduceOptions, others } = splitReduceOptions(options);
      checkJobOptions(others);
      checkReduce({ form: "mapReduce()", place: "third" }, reduce, reduceOptions, others);
      const reducing = this.reducing(reduce, reduceOptions, optionsOfReduce(others));
      const { keyed } = reduceOptions;
      const job = keyed
        ? reducing.divide(map, inputs, others, partsOf(reduceOptions))
        : this.map(map as MapFunction<unknown, unknown>, inputs, others);
      // Nobody but the reducers will ask for its values.
      job.source.outcomes.use.makeInner();
      const reduceAll = keyed ? reduceKeyed : reduceTree;
      return withReports(reduceOptions, (add) => {
        add(job);
        return reduceAll(job, reduceOptions, reducing, add);
      });
    });
  }

  /** @internal What `job.reduce()` does. */
  protected reduceJob(job: Job<unknown>, reduce: Function, options: AnyReduceOptions & JobOptions): Promise<unknown> {
    return asCalledLater(Job.prototype.reduce, () => {
      const { reducing: reduceOptions, others } = splitReduceOptions(options);
      checkReducersOptions(others);
      checkReduce({ form: "job.reduce()", place: "first" }, reduce, reduceOptions, others);
      const reducing = this.reducing(reduce, reduceOptions, others);
      const reduceAll = reduceOptions.keyed ? reduceResults : reduceTree;
      return withReports(reduceOptions, (add) => reduceAll(job, reduceOptions, reducing, add));
    });
  }

  sh(commands: Iterable<Command>, options?: ShellOptions): Job<ShellResult> {
    return asCalled(Forms.prototype.sh, () => runCommands(this, commands, options));
  }

  warm(n: number, options?: WarmOptions): Promise<number> {
    return asCalledLater(Forms.prototype.warm, () => warmWorkers(this, () => this.limits(), n, options));
  }
}

/** Throws `OptionError`, before anything has run. */
function checkReduce(
  { form, place }: { form: string; place: string },
  reduce: unknown,
  options: AnyReduceOptions,
  others: JobOptions,
): void {
  checkReduceOptions(form, options);
  refuseDelivery(form, others);
  if (options.keyed) refuseCache(form, others);
  checkFunction(reduce, "reduce", `${form} takes a function of two values ${place}`);
}
