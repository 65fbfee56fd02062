/** Runs shards on warm child processes of this machine: the embedded default. */
import { availableParallelism } from "node:os";
import { atExit } from "../at-exit.js";
import { checkExecutorOptions } from "../options.js";
import type { Answer, ShardRequest } from "../wire/messages.js";
import type { Backend, BackendLimits } from "./backend.js";
import { LocalProcess } from "./local-process.js";

/** So many that the last ones are short and no worker idles at the end; a shard costs about 0.2 ms here. */
const SHARDS_PER_WORKER = 16;

/** Time that a cancelled call gets to heed its signal before its process is ended, ms. */
const CANCEL_GRACE_MS = 100;

interface Waiting {
  memoryMb: number | undefined;
  start(worker: LocalProcess): void;
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

  warm(workers: number, memoryMb: number | undefined): void {
    const wanted = Math.min(workers, this.limits.concurrency);
    while (this.#workers.size < wanted) this.#startProcess(memoryMb);
  }

  async invoke(request: ShardRequest, signal: AbortSignal): Promise<Answer> {
    const worker = await this.#acquire(request, signal);
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
        memoryMb: request.memoryMb,
        start: (worker) => {
          signal.removeEventListener("abort", onAbort);
          resolve(worker);
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(waiting);
      this.#serve();
    });
  }

  #serve(): void {
    while (this.#queue.length > 0) {
      const worker = this.#freeProcess((this.#queue[0] as Waiting).memoryMb);
      if (!worker) return;
      worker.reserve();
      (this.#queue.shift() as Waiting).start(worker);
    }
  }

  /** A process with this memory limit that can take a shard; one with another limit makes room when all places are taken. */
  #freeProcess(memoryMb: number | undefined): LocalProcess | undefined {
    const free = [...this.#workers].filter((worker) => worker.isFree);
    const fitting = free.find((worker) => worker.memoryMb === memoryMb);
    if (fitting) return fitting;
    if (this.#workers.size >= this.limits.concurrency) {
      if (!free[0]) return undefined;
      this.#remove(free[0]);
    }
    return this.#startProcess(memoryMb);
  }

  #startProcess(memoryMb: number | undefined): LocalProcess {
    this.#forgetExit ??= atExit(() => this.#killAll());
    const worker = new LocalProcess(memoryMb);
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
