/** Runs shards on warm child processes of this machine: the embedded default. */
import { availableParallelism } from "node:os";
import { atExit } from "../at-exit.js";
import { checkExecutorOptions } from "../options.js";
import { textOf } from "../text-of.js";
import type { Answer, ShardRequest } from "../wire/messages.js";
import { type Backend, type BackendLimits, WorkerRefusal, type WorkerSetting } from "./backend.js";
import { LocalProcess } from "./local-process.js";

/** So many that progress shows and a crash loses little; each costs 0.2 to 0.5 ms here, most of it in the file system. */
const SHARDS_PER_WORKER = 8;

/** Time that a cancelled call gets to heed its signal before its process is ended, ms. */
const CANCEL_GRACE_MS = 100;

/** Shards that may be served before one that waits for a process with another memory limit. */
const MAX_PASSED_OVER = 32;

interface Waiting {
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
  readonly #workers = new Set<LocalProcess>();
  readonly #queue: Waiting[] = [];
  #forgetExit: (() => void) | undefined;

  /** @param options.workers processes that run at once; default: the cores that this process may use. */
  constructor(options: { workers?: number | undefined } = {}) {
    checkExecutorOptions(options);
    const concurrency = options.workers ?? availableParallelism();
    this.limits = { concurrency, shardsPerWorker: SHARDS_PER_WORKER };
  }

  warm(workers: number, setting: WorkerSetting): void {
    const wanted = Math.min(workers, this.limits.concurrency);
    try {
      while (this.#workers.size < wanted) this.#startProcess(setting);
    } catch {
      // The first shard will need a process, too, and tell why there is none.
    }
  }

  async invoke(request: ShardRequest, signal: AbortSignal): Promise<Answer> {
    const worker = await this.#acquire(request, signal);
    if (signal.aborted) {
      worker.free();
      this.#serve();
      throw signal.reason;
    }
    const onAbort = () => this.#endCall(worker, request.attemptId);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await worker.run(request);
    } finally {
      signal.removeEventListener("abort", onAbort);
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
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        setting: request,
        passedOver: 0,
        start: (worker) => {
          signal.removeEventListener("abort", onAbort);
          resolve(worker);
        },
        fail: (error) => {
          signal.removeEventListener("abort", onAbort);
          reject(error);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiting);
      this.#serve();
    });
  }

  #serve(): void {
    while (this.#queue.length > 0) {
      const index = this.#nextInQueue();
      const waiting = this.#queue[index] as Waiting;
      const worker = this.#freeProcessFor(waiting);
      if (!worker) return;
      this.#queue.splice(index, 1);
      if (worker instanceof LocalProcess) {
        worker.reserve();
        waiting.start(worker);
      } else waiting.fail(worker);
    }
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

  /** The first that a free process fits, since another would have to be started; but nobody is passed over for ever. */
  #nextInQueue(): number {
    const [head] = this.#queue as [Waiting];
    const limits = new Set([...this.#workers].filter((worker) => worker.isFree).map((worker) => worker.memoryMb));
    const fitting = this.#queue.findIndex(({ setting }) => limits.has(setting.memoryMb));
    if (fitting <= 0 || head.passedOver >= MAX_PASSED_OVER) return 0;
    head.passedOver++;
    return fitting;
  }

  /** A process with this memory limit that can take a shard; one with another limit makes room when all places are taken. */
  #freeProcess(setting: WorkerSetting): LocalProcess | undefined {
    const free = [...this.#workers].filter((worker) => worker.isFree);
    const fitting = free.find((worker) => worker.memoryMb === setting.memoryMb);
    if (fitting) return fitting;
    if (this.#workers.size >= this.limits.concurrency) {
      if (!free[0]) return undefined;
      this.#remove(free[0]);
    }
    return this.#startProcess(setting);
  }

  #startProcess(setting: WorkerSetting): LocalProcess {
    this.#forgetExit ??= atExit(() => this.#killAll());
    const worker = new LocalProcess(setting);
    this.#workers.add(worker);
    void worker.retired.then(() => {
      this.#workers.delete(worker);
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
    }, CANCEL_GRACE_MS);
  }

  #killAll(): void {
    for (const worker of this.#workers) worker.kill();
  }
}
