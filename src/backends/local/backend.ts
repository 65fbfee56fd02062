/** Runs shards on warm child processes of this machine: the embedded default. */
import { availableParallelism } from "node:os";
import { checkLocalOptions } from "../../options.js";
import { onAbort, unlessAborted } from "../../util/abort.js";
import { atExit } from "../../util/at-exit.js";
import { asCalled } from "../../util/called.js";
import { textOf } from "../../util/describe-value.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { callPlace } from "../../wire/call-place.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import {
  type Backend,
  type BackendLimits,
  type OnHeld,
  type OnPrinted,
  WorkerRefusal,
  type WorkerSetting,
} from "../backend.js";
import { LocalProcess } from "./child-process.js";
import { IdleTimers } from "./idle-timers.js";
import { Turns } from "./turns.js";
import { WorkerTimes } from "./worker-times.js";

/** So many that progress shows and a crash loses little; each costs 0.2 to 0.5 ms here, most of it in the file system. */
const SHARDS_PER_WORKER = 8;

/** So much is sent to a process in less time than it takes to write it into a file, and to read that there. */
const INLINE_BYTES = 64 * 1024;

/** Time that a cancelled call gets to heed its signal before its process is ended, ms. */
const CANCEL_GRACE_MS = 100;

/** Shards that may be served before one that waits for a process of another kind. */
const MAX_PASSED_OVER = 32;

interface Waiting {
  jobId: string;
  setting: WorkerSetting;
  /** Times that a later one was served first. */
  passedOver: number;
  start(worker: LocalProcess): void;
  fail(error: unknown): void;
}

/** Processes start when first needed, serve any job, and end with `close()` or when the host dies. */
export class LocalBackend implements Backend {
  readonly name = "local";
  readonly reach = "machine";
  readonly maxShardMs = Infinity;
  readonly limits: BackendLimits;
  /** What of this process's budget of workers is each worker's own, for jobs that its calls start. */
  readonly #workersInside: number;
  readonly #workers = new Set<LocalProcess>();
  readonly #queue: Waiting[] = [];
  readonly #times = new WorkerTimes();
  readonly #idle: IdleTimers<LocalProcess>;
  readonly #turns = new Turns(this.#times, () => this.#queue);
  #forgetExit: (() => void) | undefined;

  /**
   * @param options.workers processes that run at once; default: the cores that this process may use, or in a
   * call what is its share of them.
   * @param options.idleTimeoutMs time after which a process that has nothing to do is ended, ms; default: never.
   */
  constructor(options: { workers?: number | undefined; idleTimeoutMs?: number | undefined } = {}) {
    asCalled(LocalBackend, () => checkLocalOptions(options));
    const budget = callPlace()?.workers ?? availableParallelism();
    const concurrency = options.workers ?? budget;
    this.#workersInside = Math.max(1, Math.floor(budget / concurrency));
    this.limits = { concurrency, shardsPerWorker: SHARDS_PER_WORKER, inlineBytes: INLINE_BYTES };
    this.#idle = new IdleTimers(options.idleTimeoutMs, (worker) => this.#remove(worker));
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("LocalBackend", { workers: this.limits.concurrency }, how);
  }

  warm(workers: number, setting: WorkerSetting): void {
    const wanted = Math.min(workers, this.limits.concurrency);
    try {
      while (this.#workers.size < wanted) this.#startProcess(setting);
    } catch {
      // The first shard will need a process, too, and tell why there is none.
    }
  }

  async invoke(request: ShardRequest, signal: AbortSignal, _onHeld?: OnHeld, onPrinted?: OnPrinted): Promise<Answer> {
    const worker = await this.#acquire(request, signal);
    if (signal.aborted) {
      worker.free();
      this.#idle.start(worker);
      this.#serve();
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
      this.#serve();
    }
  }

  async close(): Promise<void> {
    this.#forgetExit?.();
    const ended = [...this.#workers].map((worker) => worker.ended);
    this.#killAll();
    await Promise.all(ended);
  }

  #acquire(request: ShardRequest, signal: AbortSignal): Promise<LocalProcess> {
    return unlessAborted(signal, (start, fail) => {
      const waiting: Waiting = { jobId: request.jobId, setting: request, passedOver: 0, start, fail };
      this.#queue.push(waiting);
      this.#serve();
      return () => this.#queue.splice(this.#queue.indexOf(waiting), 1);
    });
  }

  #serve(): void {
    while (this.#queue.length > 0 && this.#hasRoom()) {
      const index = this.#nextInQueue();
      const waiting = this.#queue[index] as Waiting;
      const worker = this.#freeProcessFor(waiting);
      if (!worker) break;
      this.#queue.splice(index, 1);
      if (worker instanceof LocalProcess) {
        worker.reserve();
        this.#idle.stop(worker);
        waiting.start(worker);
      } else waiting.fail(worker);
    }
    // Whoever waits is seen to, whatever it is that no process is free for.
    if (this.#queue.length > 0) this.#turns.watch();
  }

  /** Whether a process is free, or may be started: thousands of shards may wait while none is. */
  #hasRoom(): boolean {
    if (this.#workers.size < this.limits.concurrency) return true;
    for (const worker of this.#workers) if (worker.isFree) return true;
    return false;
  }

  /** Undefined when all are busy; a refusal when none can be started, for want of memory or a missing file say. */
  #freeProcessFor({ setting }: Waiting): LocalProcess | WorkerRefusal | undefined {
    try {
      return this.#freeProcess(setting);
    } catch (cause) {
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
  #freeProcess(setting: WorkerSetting): LocalProcess | undefined {
    const free = [...this.#workers].filter((worker) => worker.isFree);
    const fitting = free.filter((worker) => worker.fits(setting));
    // One that is set up already spares the setup, and leaves the others to jobs that have another one, or none.
    const best = fitting.find((worker) => worker.isSetUp) ?? fitting[0];
    if (best) return best;
    if (this.#workers.size >= this.limits.concurrency) {
      if (!free[0]) return undefined;
      this.#remove(free[0]);
    }
    return this.#startProcess(setting);
  }

  #startProcess(setting: WorkerSetting): LocalProcess {
    this.#forgetExit ??= atExit(() => this.#killAll());
    const worker = new LocalProcess(setting, this.#workersInside);
    this.#workers.add(worker);
    this.#idle.start(worker);
    void worker.retired.then(() => {
      this.#workers.delete(worker);
      this.#idle.stop(worker);
      this.#serve();
    });
    return worker;
  }

  #remove(worker: LocalProcess): void {
    this.#workers.delete(worker);
    worker.kill();
  }

  #endCall(worker: LocalProcess, attemptId: string): void {
    worker.cancel(attemptId);
    setTimeout(() => {
      if (worker.isRunning(attemptId)) worker.kill();
    }, CANCEL_GRACE_MS).unref();
  }

  #killAll(): void {
    for (const worker of this.#workers) worker.kill();
  }
}
