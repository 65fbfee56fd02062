/** Runs shards on warm worker processes, one at a time on each: who waits, who is next, and what is started and ended for it. */
import { onAbort, unlessAborted } from "../../util/abort.js";
import { atExit } from "../../util/at-exit.js";
import { textOf } from "../../util/describe-value.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import { type OnPrinted, WorkerRefusal, type WorkerSetting } from "../backend.js";
import { IdleTimers } from "./idle-timers.js";
import { Turns } from "./turns.js";
import type { WorkerProcess } from "./worker-process.js";
import { WorkerTimes } from "./worker-times.js";

/** So much is sent to a process in less time than it takes to write it into a file, and to read that there. */
export const INLINE_BYTES = 64 * 1024;

/** Time that a cancelled call gets to heed its signal before its process is ended, ms. */
const CANCEL_GRACE_MS = 100;

/** Shards that may be served before one that waits for a process of another kind. */
const MAX_PASSED_OVER = 32;

interface Waiting {
  jobId: string;
  setting: WorkerSetting;
  /** Times that a later one was served first. */
  passedOver: number;
  start(worker: WorkerProcess): void;
  fail(error: unknown): void;
}

export interface PoolOptions {
  /** Processes that run at once; asked again and again, since places may come and go. */
  concurrency(): number;
  /** Time after which a process that has nothing to do is ended, ms; undefined: never. */
  idleTimeoutMs: number | undefined;
  /** Starts a process; undefined where no place for one is free now. Throws when none can be started. */
  start(setting: WorkerSetting): WorkerProcess | undefined;
}

/** Processes start when first needed, serve any job, and end with `close()` or when the host dies. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #queue: Waiting[] = [];
  readonly #times = new WorkerTimes();
  readonly #idle: IdleTimers<WorkerProcess>;
  readonly #turns = new Turns(this.#times, () => this.#queue);
  #forgetExit: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#idle = new IdleTimers(options.idleTimeoutMs, (worker) => this.#remove(worker));
  }

  /** Whether shards wait for a worker. */
  get isAwaited(): boolean {
    return this.#queue.length > 0;
  }

  /** Begins to start up to so many. Never throws. */
  warm(workers: number, setting: WorkerSetting): void {
    const wanted = Math.min(workers, this.#options.concurrency());
    try {
      while (this.#workers.size < wanted && this.#startProcess(setting));
    } catch {
      // The first shard will need a process, too, and tell why there is none.
    }
  }

  /** As `Backend.invoke()`. */
  async invoke(request: ShardRequest, signal: AbortSignal, onPrinted?: OnPrinted): Promise<Answer> {
    const worker = await this.#acquire(request, signal);
    if (signal.aborted) {
      worker.free();
      this.#idle.start(worker);
      this.serve();
      throw signal.reason;
    }
    const stop = onAbort(signal, () => this.#endCall(worker, request.attemptId));
    const { jobId, attemptId } = request;
    const ends = [stop, this.#times.start(jobId), this.#turns.start({ jobId, end: () => worker.endTurn(attemptId) })];
    try {
      return await worker.run(request, onPrinted);
    } finally {
      for (const end of ends) end();
      if (worker.isFree) this.#idle.start(worker);
      this.serve();
    }
  }

  async close(): Promise<void> {
    this.#forgetExit?.();
    const ended = [...this.#workers].map((worker) => worker.ended);
    this.#killAll();
    await Promise.all(ended);
  }

  /** Every shard that waits fails with that, as there will be no worker. */
  failWaiting(error: Error): void {
    for (const { fail } of this.#queue.splice(0)) fail(error);
  }

  #acquire(request: ShardRequest, signal: AbortSignal): Promise<WorkerProcess> {
    return unlessAborted(signal, (start, fail) => {
      const waiting: Waiting = { jobId: request.jobId, setting: request, passedOver: 0, start, fail };
      this.#queue.push(waiting);
      this.serve();
      return () => this.#leaveQueue(waiting);
    });
  }

  /** Gives those that wait what is free, and starts what they lack. To be called when places have become free elsewhere. */
  serve(): void {
    while (this.#queue.length > 0 && this.#hasRoom()) {
      const index = this.#nextInQueue();
      const waiting = this.#queue[index] as Waiting;
      const worker = this.#freeProcessFor(waiting);
      if (!worker) break;
      this.#queue.splice(index, 1);
      if (worker instanceof WorkerRefusal) waiting.fail(worker);
      else {
        worker.reserve();
        this.#idle.stop(worker);
        waiting.start(worker);
      }
    }
    // Whoever waits is seen to, whatever it is that no process is free for.
    if (this.#queue.length > 0) this.#turns.watch();
  }

  #leaveQueue(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) this.#queue.splice(index, 1);
  }

  /** Whether a process is free, or may be started: thousands of shards may wait while none is. */
  #hasRoom(): boolean {
    if (this.#workers.size < this.#options.concurrency()) return true;
    for (const worker of this.#workers) if (worker.isFree) return true;
    return false;
  }

  /** Undefined when all are busy; a refusal when none can be started, for want of memory or a missing file say. */
  #freeProcessFor({ setting }: Waiting): WorkerProcess | WorkerRefusal | undefined {
    try {
      return this.#freeProcess(setting);
    } catch (cause) {
      if (cause instanceof WorkerRefusal) return cause;
      const message = `A worker process could not be started: ${textOf(cause)}`;
      return new WorkerRefusal("invoke", message, { transient: true, cause });
    }
  }

  /**
   * Of the job that has had the least worker time. Of those, the first that a free process fits, since another would have to
   * be started; but nobody is passed over for ever.
   */
  #nextInQueue(): number {
    const next = this.#times.least(this.#queue);
    const ofJob = ({ jobId }: Waiting) => jobId === next;
    const first = this.#queue.findIndex(ofJob);
    const head = this.#queue[first] as Waiting;
    const free = [...this.#workers].filter((worker) => worker.isFree);
    const fits = ({ setting }: Waiting) => free.some((worker) => worker.fits(setting));
    const fitting = this.#queue.findIndex((waiting) => ofJob(waiting) && fits(waiting));
    if (fitting < 0 || fitting === first || head.passedOver >= MAX_PASSED_OVER) return first;
    head.passedOver++;
    return fitting;
  }

  /** A process that can take such a shard; one that cannot makes room when all places are taken. */
  #freeProcess(setting: WorkerSetting): WorkerProcess | undefined {
    const free = [...this.#workers].filter((worker) => worker.isFree);
    const fitting = free.filter((worker) => worker.fits(setting));
    // One that is set up already spares the setup, and leaves the others to jobs that have another one, or none.
    const best = fitting.find((worker) => worker.isSetUp) ?? fitting[0];
    if (best) return best;
    if (this.#workers.size >= this.#options.concurrency()) {
      if (!free[0]) return undefined;
      this.#remove(free[0]);
    }
    if (this.#startsEnough(setting)) return undefined;
    const started = this.#startProcess(setting);
    return started?.isFree ? started : undefined;
  }

  /** Whether as many are on their way as shards wait. */
  #startsEnough(setting: WorkerSetting): boolean {
    const starting = [...this.#workers].filter((worker) => worker.isStarting && worker.fits(setting));
    return starting.length >= this.#queue.length;
  }

  #startProcess(setting: WorkerSetting): WorkerProcess | undefined {
    this.#forgetExit ??= atExit(() => this.#killAll());
    const worker = this.#options.start(setting);
    if (!worker) return undefined;
    this.#workers.add(worker);
    if (worker.isStarting) void worker.ready.then(() => this.#takeIn(worker));
    else this.#idle.start(worker);
    void worker.retired.then(() => {
      this.#workers.delete(worker);
      this.#idle.stop(worker);
      this.serve();
    });
    return worker;
  }

  #takeIn(worker: WorkerProcess): void {
    this.#idle.start(worker);
    this.serve();
  }

  #remove(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    worker.kill();
  }

  #endCall(worker: WorkerProcess, attemptId: string): void {
    worker.cancel(attemptId);
    setTimeout(() => {
      if (worker.isRunning(attemptId)) worker.kill();
    }, CANCEL_GRACE_MS).unref();
  }

  #killAll(): void {
    for (const worker of this.#workers) worker.kill();
  }
}
