/** The jobs of one executor: what they share, those that run, and what becomes of them when they have ended. */
import type { Backend } from "../backends/backend.js";
import { Caches } from "../cache/caches.js";
import { InvokeError, OptionError } from "../errors.js";
import { ExecutorItems } from "../inputs/executor-items.js";
import type { InputItem } from "../inputs/item.js";
import type { FilesOptions } from "../inputs/options.js";
import type { Job } from "../job/job.js";
import { cacheOptionsOf } from "../options/cache.js";
import { memoryLimitsOf } from "../options/memory.js";
import { DEFAULT_STORE_PATIENCE_MS, type ExecutorOptions, type JobOptions } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { FileStore } from "../stores/file/store.js";
import type { Store } from "../stores/store.js";
import { settledWithin } from "../util/abort.js";
import type { CallSite } from "../util/called.js";
import { atInterrupt, isNotebook } from "../util/notebook.js";
import { SECOND_MS } from "../util/time.js";
import type { CallPlace } from "../wire/call-place.js";
import { type AttachOptions, attachJob } from "./attach-job.js";
import { checkDepth, type Parts } from "./backend-and-store.js";
import type { CapturedJob } from "./capture-setups.js";
import { DRIVER_TIMES } from "./driver-times.js";
import type { Inputs } from "./encode-inputs.js";
import { InterruptNote } from "./interrupt-note.js";
import { prepareCapture } from "./notebook-session.js";
import { prepareJob } from "./prepare-job.js";
import type { PreparedJob } from "./prepared-job.js";
import type { Lists } from "./read-inputs.js";
import { startJob } from "./start-job.js";
import type { Binding, StartedJob } from "./started-job.js";
import { EndedJobs, StoredObjects } from "./stored-objects.js";
import { UnseenFailures } from "./unseen-failures.js";

/** Time that `close()` gives the store for markers of cancelled jobs and the like, ms: one that answers takes a second or two. */
const STORE_END_MS = 5 * SECOND_MS;

export class ExecutorJobs {
  readonly backend: Backend;
  readonly #options: ExecutorOptions;
  readonly #place: CallPlace | undefined;
  readonly #reduce: Binding["reduce"];
  readonly #interruptNote = new InterruptNote();
  readonly #running = new Set<StartedJob<unknown>>();
  readonly #unseen = new UnseenFailures();
  readonly #items = new ExecutorItems();
  readonly #caches = new Caches();
  readonly #leftValues = new FinalizationRegistry<string>((jobId) => void this.#endedJobs?.drop(jobId));
  #stored = new StoredObjects();
  /** Undefined where the store is not the executor's own. */
  #endedJobs: EndedJobs | undefined;
  #store: Store | undefined;
  #closed: Promise<void> | undefined;

  /** @param reduce reduces the results of a job of the executor */
  constructor({ backend, store, place, packagesOnWorker }: Parts, options: ExecutorOptions, reduce: Binding["reduce"]) {
    this.backend = backend;
    this.#store = store;
    this.#place = place;
    this.#reduce = reduce;
    this.#options = { ...options, packagesOnWorker: [...packagesOnWorker, ...(options.packagesOnWorker ?? [])] };
    if (isNotebook()) prepareCapture();
  }

  /** Undefined as long as nothing has needed one. */
  get store(): Store | undefined {
    return this.#store;
  }

  /** The one that was given; undefined where the executor makes its own, of which nobody else knows. */
  get givenStore(): Store | undefined {
    return this.#endedJobs ? undefined : this.#store;
  }

  get running(): Job<unknown>[] {
    return [...this.#running].map(({ job }) => job);
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Throws `InvokeError` where nothing can be started any more. */
  checkOpen(): void {
    checkDepth(this.#place);
    if (this.#closed) throw new InvokeError("This executor was closed. Make a new one: new Executor().");
  }

  /** The same jobs on another backend, with a store of its own. Whoever asks closes it. */
  elsewhere(backend: Backend): ExecutorJobs {
    const parts = { backend, store: undefined, place: this.#place, packagesOnWorker: [] };
    return new ExecutorJobs(parts, { ...this.#options, cache: false }, this.#reduce);
  }

  /** Starts workers, as many as there will be calls for. */
  warm(calls: number, options: JobOptions): void {
    // Where results are kept, nobody knows yet whether any call has to run.
    if (cacheOptionsOf(options.cache ?? this.#options.cache)) return;
    const store = this.binding.store.descriptor;
    const workers = Math.ceil(calls / (options.concurrentCalls ?? 1));
    this.backend.warm(workers, { memoryMb: memoryLimitsOf(options)[0], store });
  }

  start(captured: CapturedJob, inputs: Inputs<unknown> | Lists, options: JobOptions, startedAt: CallSite) {
    const binding = { ...this.binding, startedAt };
    return this.#keepWhileRunning(startJob<unknown>(binding, captured, inputs, this.withDefaults(options)));
  }

  prepare<I>(captured: CapturedJob, inputs: Inputs<I>, options: JobOptions): Promise<PreparedJob> {
    return prepareJob(this.binding, captured, inputs, this.withDefaults(options));
  }

  /** Throws `OptionError` when there is no store that the job could be in. */
  attach<R>(jobId: string, options: AttachOptions, startedAt: CallSite): Job<R> {
    if (!this.#store)
      throw new OptionError(
        "store",
        "attach() needs the store that the job is in. Give the executor the option store, or set NODEWREN_STORE.",
      );
    // In a store of the executor's own, a job that runs is known to nobody else.
    const own = this.#endedJobs && this.running.find(({ id }) => id === jobId);
    if (own) return own as Job<R>;
    const { env, progress, echo, storePatienceMs, trace } = this.withDefaults(options);
    const binding = { ...this.binding, startedAt };
    return this.#keepWhileRunning(
      attachJob<R>(binding, jobId, { ...options, env, progress, echo, storePatienceMs, trace }),
    );
  }

  upload(globs: string | readonly string[], options: FilesOptions): Promise<InputItem[]> {
    const { storePatienceMs = DEFAULT_STORE_PATIENCE_MS } = this.#options;
    return this.#items.upload(globs, options, this.binding.store, storePatienceMs);
  }

  /** Cancels what still runs, ends every worker, and removes the store if it was a temporary one. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const running = [...this.#running];
    for (const { close } of running) close("executor.close() was called");
    await this.backend.close();
    // What a store that is silent does not take by then is given up: `close()` of the store ends its requests.
    await settledWithin(Promise.all(running.map(({ ended }) => ended)), STORE_END_MS);
    this.#unseen.tellAll();
    await this.#endedJobs?.dropped;
    await this.#store?.close?.();
  }

  /** What its jobs share; makes a store where none was given. */
  get binding(): Binding {
    this.#store ??= this.#ownStore();
    return {
      backend: this.backend,
      store: this.#store,
      classes: this.#items.classes(this.#store, this.backend.reach, registeredClasses()),
      stored: this.#stored,
      caches: this.#caches,
      endedJobs: this.#endedJobs,
      driverTimes: DRIVER_TIMES,
      prices: this.#options.prices,
      reduce: this.#reduce,
    };
  }

  #ownStore(): Store {
    // In a call, one within that of its job, with which it goes at the latest.
    const { descriptor } = this.#place ?? {};
    const store = FileStore.temporary(descriptor?.temporary === true ? String(descriptor.folder) : undefined);
    this.#stored = new StoredObjects(store);
    this.#endedJobs = new EndedJobs(store);
    return store;
  }

  /** Those of a job, with the executor's. */
  withDefaults(options: JobOptions): JobOptions {
    const { env, progress, echo, packagesOnWorker = [], storePatienceMs, cache, trace } = this.#options;
    return {
      ...options,
      cache: options.cache ?? (options.output === undefined ? cache : false),
      env: { ...env, ...options.env },
      progress: options.progress ?? progress,
      echo: options.echo ?? echo,
      trace: options.trace ?? trace,
      storePatienceMs: options.storePatienceMs ?? storePatienceMs,
      packagesOnWorker: [...packagesOnWorker, ...(options.packagesOnWorker ?? [])],
    };
  }

  #keepWhileRunning<R>(started: StartedJob<R>): Job<R> {
    const one = started as StartedJob<unknown>;
    this.#running.add(one);
    const forget = this.#onInterrupt(one);
    void started.ended.then(() => {
      forget();
      this.#onEnd(one);
    });
    return started.job;
  }

  /** Until what is returned is called. A script ends then, and its job can go on; a kernel goes on, and its job is what has to stop. */
  #onInterrupt({ job, close }: StartedJob<unknown>): () => void {
    if (isNotebook()) return atInterrupt(() => close("the notebook was interrupted"));
    return this.#interruptNote.add(job.id, this.binding.store.descriptor);
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
}
