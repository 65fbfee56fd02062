/** What a user makes first: binds a backend and a store, and maps functions over inputs. */
import type { Backend, BackendLimits } from "./backends/backend.js";
import { LambdaBackend } from "./backends/lambda/backend.js";
import { Broadcast } from "./broadcast.js";
import { Caches } from "./cache/caches.js";
import { InvokeError, OptionError } from "./errors.js";
import type { MapFunction } from "./forms/context.js";
import { Forms } from "./forms/forms.js";
import type { DeliveringOptions } from "./forms/options.js";
import { type AttachOptions, attachJob } from "./host/attach-job.js";
import { checkDepth, makeParts } from "./host/backend-and-store.js";
import { captureJob, checkFunction } from "./host/capture-job.js";
import { captureOption, dividedJob, finishedJob } from "./host/capture-reducers.js";
import type { CapturedJob } from "./host/capture-setups.js";
import { DRIVER_TIMES } from "./host/driver-times.js";
import { checkInputs, type Inputs } from "./host/encode-inputs.js";
import { InterruptNote } from "./host/interrupt-note.js";
import { prepareJob } from "./host/prepare-job.js";
import { PreparedJob } from "./host/prepared-job.js";
import { Lists } from "./host/read-inputs.js";
import type { Reducing } from "./host/reducing.js";
import { startJob } from "./host/start-job.js";
import type { Binding, StartedJob } from "./host/started-job.js";
import { EndedJobs, StoredObjects } from "./host/stored-objects.js";
import { UnseenFailures } from "./host/unseen-failures.js";
import { ExecutorItems } from "./inputs/executor-items.js";
import type { InputItem } from "./inputs/item.js";
import type { FilesOptions } from "./inputs/options.js";
import { checkReach } from "./inputs/source.js";
import { Future } from "./job/future.js";
import type { Job } from "./job/job.js";
import { cacheOptionsOf } from "./options/cache.js";
import type { Delivered } from "./options/delivery.js";
import { memoryLimitsOf } from "./options/memory.js";
import type { AnyReduceOptions } from "./options/reduce.js";
import {
  checkAttachOptions,
  checkExecutorOptions,
  checkJobOptions,
  DEFAULT_STORE_PATIENCE_MS,
  type ExecutorOptions,
  type JobOptions,
  type ModuleFunction,
} from "./options.js";
import { registeredClasses } from "./register-class.js";
import { FileStore } from "./stores/file/store.js";
import type { Store } from "./stores/store.js";
import { onAbort } from "./util/abort.js";
import { asCalled, asCalledLater, CallSite } from "./util/called.js";
import { textOf } from "./util/describe-value.js";
import { INSPECT, type InspectArguments, inspected } from "./util/inspected.js";
import type { CallPlace } from "./wire/call-place.js";
import { isJobId } from "./wire/own-keys.js";

/**
 * Runs functions on workers. Workers start when first needed and are kept for the next job; `close()` ends them. A
 * script need not close its executor: idle workers do not keep the process alive, and go with it. What it shares with the executors of
 * calls is said where `InnerExecutor` declares it.
 */
export class Executor extends Forms {
  readonly #options: ExecutorOptions;
  readonly #backend: Backend;
  readonly #interruptNote = new InterruptNote();
  readonly #running = new Set<StartedJob<unknown>>();
  readonly #unseen = new UnseenFailures();
  readonly #items = new ExecutorItems();
  readonly #caches = new Caches();
  #stored = new StoredObjects();
  /** Undefined where the store is not the executor's own. */
  #endedJobs: EndedJobs | undefined;
  readonly #leftValues = new FinalizationRegistry<string>((jobId) => void this.#endedJobs?.drop(jobId));
  readonly #place: CallPlace | undefined;
  #store: Store | undefined;
  #closed: Promise<void> | undefined;

  /** Throws `OptionError` when an option is unknown or out of range. Starts nothing yet. */
  constructor(options: ExecutorOptions = {}) {
    super();
    const { backend, store, packagesOnWorker, place } = asCalled(Executor, () => {
      checkExecutorOptions(options);
      return makeParts(options);
    });
    this.#options = { ...options, packagesOnWorker: [...packagesOnWorker, ...(options.packagesOnWorker ?? [])] };
    this.#backend = backend;
    this.#place = place;
    if (place) onAbort(place.signal, () => void this.close().catch(() => {}));
    this.#store = store;
  }

  override map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options: DeliveringOptions<Awaited<R>>): Job<Delivered>;
  override map(fn: ModuleFunction, inputs: Inputs<unknown>, options: DeliveringOptions): Job<Delivered>;
  override map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options?: JobOptions): Job<Awaited<R>>;
  override map<R = unknown>(fn: ModuleFunction, inputs: Inputs<unknown>, options?: JobOptions): Job<R>;
  override map(
    given: MapFunction<never, unknown> | ModuleFunction,
    inputs: Inputs<unknown>,
    options: JobOptions = {},
  ): Job<unknown> {
    const { map } = Executor.prototype;
    return asCalled(map, () => this.#map(given, inputs, options, new CallSite(map)));
  }

  /** @param completed adds what goes with the function */
  #map(
    given: Function | ModuleFunction,
    inputs: Inputs<unknown>,
    options: JobOptions,
    startedAt: CallSite,
    completed = (captured: CapturedJob) => captured,
  ): Job<unknown> {
    this.#checkOpen();
    checkFunction(given, "fn", "map() takes a function first");
    checkInputs(inputs);
    checkReach(inputs, this.#backend.reach);
    checkJobOptions(options);
    // Where results are kept, nobody knows yet whether any call has to run.
    if (!cacheOptionsOf(options.cache ?? this.#options.cache))
      this.#warm(Math.ceil(lengthOf(inputs) / (options.concurrentCalls ?? 1)), options);
    return this.#start(completed(this.#captureJob(given, options)), inputs, options, startedAt);
  }

  #captureJob(given: Function | ModuleFunction, options: JobOptions): CapturedJob {
    const { setup, byValue } = this.#options;
    return captureJob(given, { setup, byValue, reach: this.#backend.reach }, options);
  }

  #warm(workers: number, options: JobOptions): void {
    const store = this.#binding().store.descriptor;
    this.#backend.warm(workers, { memoryMb: memoryLimitsOf(options)[0], store });
  }

  #start(
    captured: CapturedJob,
    inputs: Inputs<unknown> | Lists,
    options: JobOptions,
    startedAt: CallSite,
  ): Job<unknown> {
    const binding = { ...this.#binding(), startedAt };
    const started = startJob<unknown>(binding, captured, inputs, this.#withDefaults(options));
    this.#keepWhileRunning(started);
    return started.job;
  }

  /** @internal */
  protected override reducing(reduce: Function, options: AnyReduceOptions, jobOptions: JobOptions): Reducing {
    this.#checkOpen();
    const { byValue = [] } = this.#options;
    const capturing = { ...jobOptions, byValue: [...byValue, ...(jobOptions.byValue ?? [])] };
    const captured = this.#captureJob(reduce, jobOptions);
    const finish = captureOption("finish", options.finish, capturing);
    const partition = captureOption("partition", options.partition, capturing);
    const site = new CallSite(Executor.prototype.reducing);
    const divided = (job: CapturedJob, parts: number) => dividedJob(job, captured, partition, parts);
    return {
      divide: (map, inputs, mapOptions, parts) =>
        this.#map(map, inputs, { ...mapOptions, cache: false }, site, (job) => divided(job, parts)),
      fold: (of, lists, { hasInitial = false, divided: parts } = {}) => {
        const job = of === "parts" ? finishedJob(captured, finish) : captured;
        const whole = parts === undefined ? job : divided(job, parts);
        // Of pairs, those of a shard are stored together, and none by itself.
        const startOptions = of === "values" ? jobOptions : { ...jobOptions, cache: false };
        return this.#start(whole, new Lists(lists, { of, initial: hasInitial }), startOptions, site);
      },
      limits: () => this.limits(),
      reach: this.#backend.reach,
    };
  }

  /** @internal */
  protected override limits(): BackendLimits | Promise<BackendLimits> {
    const backend = this.#backend;
    return backend.ready ? backend.ready().then(() => backend.limits) : backend.limits;
  }

  /**
   * Stores a job as `map()` does, and runs nothing of it: a state machine is to run it, or `attach(id, { resume: true })` from anywhere. Inputs are
   * read to their end first, and options mean what they mean for `map()`; those that say what this process does meanwhile have no effect.
   *
   * @throws OptionError, CaptureError, CodecError before anything is uploaded; as rejections, as are StoreError and InvokeError
   */
  async prepare<I>(
    fn: MapFunction<I, unknown> | ModuleFunction,
    inputs: Inputs<I>,
    options: JobOptions = {},
  ): Promise<PreparedJob> {
    this.#checkOpen();
    checkFunction(fn, "fn", "prepare() takes a function first");
    checkInputs(inputs);
    checkReach(inputs, this.#backend.reach);
    checkJobOptions(options);
    if (!this.#store || this.#endedJobs)
      throw new OptionError(
        "store",
        "prepare() needs a store that stays, where others find the job. Give the executor the option store, or set NODEWREN_STORE.",
      );
    if (options.cache)
      throw new OptionError(
        "cache",
        "prepare() has no option cache: whoever runs the job runs all of its calls. Leave it out.",
      );
    const captured = this.#captureJob(fn as ModuleFunction, options);
    const all: unknown[] = [];
    const source = inputs instanceof Future ? await inputs : inputs;
    // Of futures among them, their values.
    for await (const input of source as AsyncIterable<unknown>) all.push(input);
    const jobId = await prepareJob(this.#binding(), captured, all, this.#withDefaults(options));
    const functionName = this.#backend instanceof LambdaBackend ? this.#backend.functionName : undefined;
    return new PreparedJob(jobId, this.#store, { functionName, env: options.env ?? this.#options.env });
  }

  override call<I, R>(
    fn: MapFunction<I, R>,
    input: I | Future<I>,
    options: DeliveringOptions<Awaited<R>>,
  ): Future<Delivered>;
  override call(fn: ModuleFunction, input: unknown, options: DeliveringOptions): Future<Delivered>;
  override call<I, R>(fn: MapFunction<I, R>, input: I | Future<I>, options?: JobOptions): Future<Awaited<R>>;
  override call<R = unknown>(fn: ModuleFunction, input: unknown, options?: JobOptions): Future<R>;
  override call(
    fn: MapFunction<never, unknown> | ModuleFunction,
    input: unknown,
    options: JobOptions = {},
  ): Future<unknown> {
    const { call } = Executor.prototype;
    return asCalled(call, () => this.map(fn as ModuleFunction, [input], options).futures[0] as Future<unknown>);
  }

  /**
   * The job of that id, from this process or any other that has its store: it is followed, and driven from here when its
   * driver is gone, or at once with `{ resume: true }`. What has a result is not run again. The job rejects with `StoreError`
   * when the store has none of that id. `close()` ends the following, and cancels nothing.
   *
   * @throws OptionError when the executor has no store that a job could be in
   */
  attach<R = unknown>(jobId: string, options: AttachOptions = {}): Job<R> {
    const { attach } = Executor.prototype;
    return asCalled(attach, () => this.#attach<R>(jobId, options, new CallSite(attach)));
  }

  #attach<R>(jobId: string, options: AttachOptions, startedAt: CallSite): Job<R> {
    this.#checkOpen();
    checkAttachOptions(options);
    if (!isJobId(jobId))
      throw new OptionError("jobId", `attach() takes the id of a job, such as job.id, but got ${textOf(jobId)}.`);
    if (!this.#store)
      throw new OptionError(
        "store",
        "attach() needs the store that the job is in. Give the executor the option store, or set NODEWREN_STORE.",
      );
    const own = this.#endedJobs && this.#runningJob(jobId);
    if (own) return own as Job<R>;
    const { env, progress, storePatienceMs } = this.#withDefaults(options);
    const binding = { ...this.#binding(), startedAt };
    const started = attachJob<R>(binding, jobId, { ...options, env, progress, storePatienceMs });
    this.#keepWhileRunning(started);
    return started.job;
  }

  override broadcast<T>(value: T): Broadcast<T> {
    return asCalled(Executor.prototype.broadcast, () => {
      this.#checkOpen();
      return new Broadcast(value, registeredClasses());
    });
  }

  /**
   * Puts files of this machine into the executor's store, for workers that cannot read them here, and gives them as inputs: the
   * same items as of `files(globs, options)`, read from the store. What is there already is not sent again.
   *
   * @throws OptionError, also where a glob matches nothing; InputError, StoreError
   */
  upload(globs: string | readonly string[], options: FilesOptions = {}): Promise<InputItem[]> {
    return asCalledLater(Executor.prototype.upload, async () => {
      this.#checkOpen();
      const { storePatienceMs = DEFAULT_STORE_PATIENCE_MS } = this.#options;
      return this.#items.upload(globs, options, this.#binding().store, storePatienceMs);
    });
  }

  /** Cancels what still runs, ends every worker, and removes the store if it was a temporary one. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [INSPECT](...how: InspectArguments): string {
    const running = [...this.#running].map(({ job }) => job);
    const fields = { backend: this.#backend, store: this.#store, running, isClosed: this.#closed && true };
    return inspected("Executor", fields, how);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const running = [...this.#running];
    for (const { close } of running) close("executor.close() was called");
    await this.#backend.close();
    await Promise.all(running.map(({ ended }) => ended));
    this.#unseen.tellAll();
    await this.#endedJobs?.dropped;
    await this.#store?.close?.();
  }

  /** In a store of the executor's own, a job that runs is known to nobody else. */
  #runningJob(jobId: string): Job<unknown> | undefined {
    return [...this.#running].find(({ job }) => job.id === jobId)?.job;
  }

  #binding(): Binding {
    if (!this.#store) {
      // In a call, one within that of its job, with which it goes at the latest.
      const { descriptor } = this.#place ?? {};
      const store = FileStore.temporary(descriptor?.temporary === true ? String(descriptor.folder) : undefined);
      this.#store = store;
      this.#stored = new StoredObjects(store);
      this.#endedJobs = new EndedJobs(store);
    }
    return {
      backend: this.#backend,
      store: this.#store,
      classes: this.#items.classes(this.#store, this.#backend.reach, registeredClasses()),
      stored: this.#stored,
      caches: this.#caches,
      endedJobs: this.#endedJobs,
      driverTimes: DRIVER_TIMES,
      reduce: (job, reduce, options) => this.reduceJob(job, reduce, options),
    };
  }

  #withDefaults(options: JobOptions): JobOptions {
    const { env, progress, packagesOnWorker = [], storePatienceMs, cache } = this.#options;
    return {
      ...options,
      cache: options.cache ?? (options.output === undefined ? cache : false),
      env: { ...env, ...options.env },
      progress: options.progress ?? progress,
      storePatienceMs: options.storePatienceMs ?? storePatienceMs,
      packagesOnWorker: [...packagesOnWorker, ...(options.packagesOnWorker ?? [])],
    };
  }

  #keepWhileRunning(started: StartedJob<unknown>): void {
    this.#running.add(started);
    const forget = this.#interruptNote.add(started.job.id, this.#binding().store.descriptor);
    void started.ended.then(() => {
      forget();
      this.#onEnd(started);
    });
  }

  #onEnd(started: StartedJob<unknown>): void {
    const { job, outcomes } = started;
    this.#running.delete(started);
    this.#unseen.add({ jobId: job.id, outcomes });
    if (this.#closed) return;
    // They go when nobody can ask for them any more, and with the store at the latest.
    if (outcomes.hasStored && !outcomes.use.isInner) this.#leftValues.register(outcomes, job.id);
    else if (outcomes.failed > 0) void this.#endedJobs?.dropResults(job.id);
    else void this.#endedJobs?.drop(job.id);
  }

  #checkOpen(): void {
    checkDepth(this.#place);
    if (this.#closed) throw new InvokeError("This executor was closed. Make a new one: new Executor().");
  }
}

/** Calls that are sure to come; at least one, unless it is known that there are none. */
function lengthOf(inputs: Inputs<unknown>): number {
  return Array.isArray(inputs) ? inputs.length : 1;
}
