/** What a user makes first: binds a backend and a store, and maps functions over inputs. */
import type { BackendLimits } from "./backends/backend.js";
import { Broadcast } from "./broadcast.js";
import type { Estimate } from "./cost/estimate.js";
import { OptionError } from "./errors.js";
import type { MapFunction } from "./forms/context.js";
import { Forms } from "./forms/forms.js";
import type { DeliveringOptions } from "./forms/options.js";
import type { AttachOptions } from "./host/attach-job.js";
import { makeParts } from "./host/backend-and-store.js";
import { captureJob, checkFunction } from "./host/capture-job.js";
import { captureOption, dividedJob, finishedJob } from "./host/capture-reducers.js";
import type { CapturedJob } from "./host/capture-setups.js";
import { checkInputs, type Inputs } from "./host/encode-inputs.js";
import { estimateFor } from "./host/estimate-for.js";
import { ExecutorJobs } from "./host/executor-jobs.js";
import { checkPreparable } from "./host/prepare-job.js";
import type { PreparedJob } from "./host/prepared-job.js";
import { Lists } from "./host/read-inputs.js";
import type { Reducing } from "./host/reducing.js";
import type { InputItem } from "./inputs/item.js";
import type { FilesOptions } from "./inputs/options.js";
import { checkReach } from "./inputs/source.js";
import type { Future } from "./job/future.js";
import type { Job } from "./job/job.js";
import type { JobReport } from "./job/report.js";
import { checkAttachOptions, checkExecutorOptions, checkJobOptions } from "./options/check-options.js";
import type { Delivered } from "./options/delivery.js";
import { type EstimatingOptions, splitEstimateOptions } from "./options/estimate.js";
import type { AnyReduceOptions } from "./options/reduce.js";
import type { ExecutorOptions, JobOptions, ModuleFunction } from "./options.js";
import { registeredClasses } from "./register-class.js";
import type { Reach } from "./stores/store.js";
import { onAbort } from "./util/abort.js";
import { asCalled, asCalledLater, CallSite } from "./util/called.js";
import { textOf } from "./util/describe-value.js";
import { INSPECT, type InspectArguments, inspected } from "./util/inspected.js";
import { isJobId } from "./wire/own-keys.js";

/** Options of `estimate()`. */
export type EstimateOptions = JobOptions & EstimatingOptions<JobReport>;

/**
 * Runs functions on workers. Workers start when first needed and are kept for the next job; `close()` ends them. A
 * script need not close its executor: idle workers do not keep the process alive, and go with it. What it shares with the executors of
 * calls is said where `InnerExecutor` declares it.
 */
export class Executor extends Forms {
  readonly #options: ExecutorOptions;
  readonly #jobs: ExecutorJobs;

  /** Throws `OptionError` when an option is unknown or out of range. Starts nothing yet. */
  constructor(options: ExecutorOptions = {}) {
    super();
    const parts = asCalled(Executor, () => {
      checkExecutorOptions(options);
      return makeParts(options);
    });
    this.#options = { ...options };
    this.#jobs = new ExecutorJobs(parts, options, (job, reduce, more) => this.reduceJob(job, reduce, more));
    if (parts.place) onAbort(parts.place.signal, () => void this.close().catch(() => {}));
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
    this.#check("map()", given, inputs, options);
    this.#jobs.warm(lengthOf(inputs), options);
    return this.#jobs.start(completed(this.#captureJob(given, options)), inputs, options, startedAt);
  }

  #check(form: string, given: unknown, inputs: Inputs<unknown>, options: JobOptions): void {
    this.#jobs.checkOpen();
    checkFunction(given, "fn", `${form} takes a function first`);
    checkInputs(inputs);
    checkReach(inputs, this.#jobs.backend.reach);
    checkJobOptions(options);
  }

  #captureJob(given: Function | ModuleFunction, options: JobOptions, reach = this.#jobs.backend.reach): CapturedJob {
    const { setup, byValue } = this.#options;
    return captureJob(given, { setup, byValue, reach }, options);
  }

  /** @internal */
  protected override reducing(reduce: Function, options: AnyReduceOptions, jobOptions: JobOptions): Reducing {
    this.#jobs.checkOpen();
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
        return this.#jobs.start(whole, new Lists(lists, { of, initial: hasInitial }), startOptions, site);
      },
      limits: () => this.limits(),
      reach: this.#jobs.backend.reach,
    };
  }

  /** @internal */
  protected override limits(): BackendLimits | Promise<BackendLimits> {
    const { backend } = this.#jobs;
    return backend.ready ? backend.ready().then(() => backend.limits) : backend.limits;
  }

  /**
   * Stores a job as `map()` does, and runs nothing of it: a state machine is to run it, or `attach(id, { resume: true })` from anywhere. Inputs are
   * read to their end first, and options mean what they mean for `map()`; those that say what this process does meanwhile have no effect.
   *
   * @throws OptionError, CaptureError, CodecError before anything is uploaded; as rejections, as are StoreError and InvokeError
   */
  prepare<I>(
    fn: MapFunction<I, unknown> | ModuleFunction,
    inputs: Inputs<I>,
    options: JobOptions = {},
  ): Promise<PreparedJob> {
    return asCalledLater(Executor.prototype.prepare, async () => {
      this.#check("prepare()", fn, inputs, options);
      checkPreparable(this.#jobs.givenStore, options);
      return this.#jobs.prepare(this.#captureJob(fn, options), inputs, options);
    });
  }

  /**
   * What `map()` with the same arguments would take and cost, in time and USD, without running it. How long calls take is measured: a
   * few of them run on this machine, unless `callMs` or `basedOn` tells, or `sampleOn` says where. Inputs are read to their end. A
   * platform is asked for its limits, and invoked only with `sampleOn: "workers"`.
   *
   * @throws OptionError, CaptureError, CodecError, and InvokeError where a call would take longer than its platform allows, as
   * rejections; so is what a measured call fails of
   */
  estimate<I>(
    fn: MapFunction<I, unknown> | ModuleFunction,
    inputs: Inputs<I>,
    options: EstimateOptions = {},
  ): Promise<Estimate> {
    return asCalledLater(Executor.prototype.estimate, async () => {
      const [own, jobOptions] = splitEstimateOptions(options);
      this.#check("estimate()", fn, inputs, jobOptions);
      const capture = (reach: Reach) => this.#captureJob(fn, jobOptions, reach);
      return estimateFor(this.#jobs, { capture, inputs, options: own, jobOptions });
    });
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
    this.#jobs.checkOpen();
    checkAttachOptions(options);
    if (!isJobId(jobId))
      throw new OptionError("jobId", `attach() takes the id of a job, such as job.id, but got ${textOf(jobId)}.`);
    return this.#jobs.attach(jobId, options, startedAt);
  }

  override broadcast<T>(value: T): Broadcast<T> {
    return asCalled(Executor.prototype.broadcast, () => {
      this.#jobs.checkOpen();
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
      this.#jobs.checkOpen();
      return this.#jobs.upload(globs, options);
    });
  }

  /** Cancels what still runs, ends every worker, and removes the store if it was a temporary one. */
  close(): Promise<void> {
    return this.#jobs.close();
  }

  [INSPECT](...how: InspectArguments): string {
    const { backend, store, running, isClosed } = this.#jobs;
    const fields = { backend, store, running, isClosed: isClosed || undefined };
    return inspected("Executor", fields, how);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Calls that are sure to come; at least one, unless it is known that there are none. */
function lengthOf(inputs: Inputs<unknown>): number {
  return Array.isArray(inputs) ? inputs.length : 1;
}
