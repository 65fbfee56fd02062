/** The forms of an executor that are made of its `map()`. */
import type { BackendLimits } from "../backends/backend.js";
import type { Broadcast } from "../broadcast.js";
import type { Inputs } from "../host/encode-inputs.js";
import {
  checkReduceOptions,
  type MapReduceOptions,
  optionsOfReduce,
  reduceJob,
  type StartFold,
} from "../host/map-reduce.js";
import type { Future } from "../job/future.js";
import type { Job } from "../job/job.js";
import { type Delivered, refuseDelivery } from "../options/delivery.js";
import { checkJobOptions, type JobOptions, type ModuleFunction } from "../options.js";
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

  /** @internal Captures `reduce`, and gives what starts jobs of it. */
  protected abstract folding(reduce: Function, options: JobOptions): StartFold;

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

  mapReduce<I, K, V>(
    map: MapFunction<I, Iterable<readonly [K, V]> | PromiseLike<Iterable<readonly [K, V]>>>,
    inputs: Inputs<I>,
    reduce: (a: V, b: V, context: CallContext) => V | PromiseLike<V>,
    options: MapReduceOptions<V> & { keyed: true },
  ): Promise<Map<K, V>>;
  mapReduce<I, T>(
    map: MapFunction<I, T | PromiseLike<T>>,
    inputs: Inputs<I>,
    reduce: (a: T, b: T, context: CallContext) => T | PromiseLike<T>,
    options?: MapReduceOptions<T>,
  ): Promise<T>;
  mapReduce(
    map: MapFunction<never, unknown>,
    inputs: Inputs<unknown>,
    reduce: Function,
    options: MapReduceOptions<unknown> = {},
  ): Promise<unknown> {
    return asCalledLater(Forms.prototype.mapReduce, () => {
      const { initial, branch, keyed, ...jobOptions } = options;
      const reducing = { initial, branch, keyed };
      checkReduceOptions(reducing);
      checkJobOptions(jobOptions);
      refuseDelivery("mapReduce()", jobOptions);
      const startFold = this.folding(reduce, optionsOfReduce(jobOptions));
      return reduceJob(this.map(map as MapFunction<unknown, unknown>, inputs, jobOptions), reducing, startFold);
    });
  }

  sh(commands: Iterable<Command>, options?: ShellOptions): Job<ShellResult> {
    return asCalled(Forms.prototype.sh, () => runCommands(this, commands, options));
  }

  warm(n: number, options?: WarmOptions): Promise<number> {
    return asCalledLater(Forms.prototype.warm, () => warmWorkers(this, () => this.limits(), n, options));
  }
}
