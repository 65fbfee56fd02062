/** What a user makes first: binds a backend and a store, and maps functions over inputs. */
import type { Backend } from "./backends/backend.js";
import { Broadcast } from "./broadcast.js";
import { InvokeError, OptionError } from "./errors.js";
import type { Future } from "./future.js";
import { functionOfModule, isModuleFunction, type ModuleFunction, packageOfModule } from "./host/by-module.js";
import { captureFunction } from "./host/capture-function.js";
import { checkInputs, type Inputs } from "./host/encode-inputs.js";
import { makeParts } from "./host/parts.js";
import { type Binding, type StartedJob, startJob } from "./host/start-job.js";
import type { Job } from "./job.js";
import { checkExecutorOptions, checkJobOptions, type ExecutorOptions, type JobOptions } from "./options.js";
import { registeredClasses } from "./register-class.js";
import { FileStore } from "./stores/file.js";
import type { Store } from "./stores/store.js";
import type { CallContext } from "./worker/context.js";

/** A function that can be mapped: sync or async, of an input and the call's context. */
export type MapFunction<I, R> = (input: I, context: CallContext) => R;

/**
 * Runs functions on workers. Workers start when first needed and are kept for the next job; `close()` ends them. A
 * script need not close its executor: idle workers do not keep the process alive, and go with it.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #backend: Backend;
  readonly #running = new Set<StartedJob<unknown>>();
  readonly #stored = new Set<string>();
  #store: Store | undefined;
  #closed: Promise<void> | undefined;

  /** Throws `OptionError` when an option is unknown or out of range. Starts nothing yet. */
  constructor(options: ExecutorOptions = {}) {
    checkExecutorOptions(options);
    this.#options = { ...options };
    const { backend, store } = makeParts(options);
    this.#backend = backend;
    this.#store = store;
  }

  /**
   * Runs `fn` on every input. Function, what it closes over, and inputs travel as they are now: later changes here
   * are not seen there, and each call starts from that snapshot.
   *
   * @returns the job; await it for the results in the order of the inputs
   * @throws OptionError, CaptureError, CodecError before anything is uploaded
   */
  map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options?: JobOptions): Job<Awaited<R>>;
  /** The form by module path: nothing is captured; a worker imports the module and calls the export. */
  map<R = unknown>(fn: ModuleFunction, inputs: Inputs<unknown>, options?: JobOptions): Job<R>;
  map(
    given: MapFunction<never, unknown> | ModuleFunction,
    inputs: Inputs<unknown>,
    options: JobOptions = {},
  ): Job<unknown> {
    this.#checkOpen();
    const fn = isModuleFunction(given) ? functionOfModule(given, this.#backend.reach) : given;
    checkFunction(fn);
    checkInputs(inputs);
    checkJobOptions(options);
    const binding = this.#binding();
    this.#backend.warm(lengthOf(inputs), { memoryMb: options.memoryMb, store: binding.store.descriptor });
    const captured = captureFunction(fn, options, isModuleFunction(given) ? [packageOfModule(given)] : []);
    const started = startJob<unknown>(binding, captured, inputs, this.#withDefaults(options));
    this.#keepWhileRunning(started);
    return started.job;
  }

  /** Runs `fn` on one input. Options and errors are those of `map()`. */
  call<I, R>(fn: MapFunction<I, R>, input: I, options?: JobOptions): Future<Awaited<R>>;
  call<R = unknown>(fn: ModuleFunction, input: unknown, options?: JobOptions): Future<R>;
  call(fn: MapFunction<never, unknown> | ModuleFunction, input: unknown, options: JobOptions = {}): Future<unknown> {
    return this.map(fn as ModuleFunction, [input], options).futures[0] as Future<unknown>;
  }

  /**
   * A large value for functions to close over, stored once, and decoded once per worker instead of for every call.
   * It travels as it is now; functions read its `value`.
   *
   * @throws CodecError when the value cannot travel
   */
  broadcast<T>(value: T): Broadcast<T> {
    this.#checkOpen();
    return new Broadcast(value, registeredClasses());
  }

  /** Cancels what still runs, ends every worker, and removes the store if it was a temporary one. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const running = [...this.#running];
    for (const { cancel } of running) cancel("executor.close() was called");
    await this.#backend.close();
    await Promise.all(running.map(({ ended }) => ended));
    await this.#store?.close?.();
  }

  #binding(): Binding {
    this.#store ??= FileStore.temporary();
    return {
      backend: this.#backend,
      store: this.#store,
      prefix: "",
      classes: registeredClasses(),
      stored: this.#stored,
    };
  }

  #withDefaults(options: JobOptions): JobOptions {
    const { env, progress, packagesOnWorker = [] } = this.#options;
    return {
      ...options,
      env: { ...env, ...options.env },
      progress: options.progress ?? progress,
      packagesOnWorker: [...packagesOnWorker, ...(options.packagesOnWorker ?? [])],
    };
  }

  #keepWhileRunning(started: StartedJob<unknown>): void {
    this.#running.add(started);
    void started.ended.then(() => this.#running.delete(started));
  }

  #checkOpen(): void {
    if (this.#closed) throw new InvokeError("This executor was closed. Make a new one: new Executor().");
  }
}

function checkFunction(fn: unknown): void {
  if (typeof fn === "function") return;
  throw new OptionError("fn", `map() takes a function first, but got ${fn === null ? "null" : typeof fn}.`);
}

/** Calls that are sure to come; at least one, unless it is known that there are none. */
function lengthOf(inputs: Inputs<unknown>): number {
  return Array.isArray(inputs) ? inputs.length : 1;
}
