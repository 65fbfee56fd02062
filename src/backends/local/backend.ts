/** Runs shards on warm child processes of this machine: the embedded default. */
import { availableParallelism } from "node:os";
import { checkLocalOptions } from "../../options/check-options.js";
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { callPlace } from "../../wire/call-place.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import type { Backend, BackendLimits, OnHeld, OnPrinted, WorkerSetting } from "../backend.js";
import { INLINE_BYTES, WorkerPool } from "../pool/worker-pool.js";
import { WorkerProcess } from "../pool/worker-process.js";
import { startChild } from "./start-child.js";

/** So many that progress shows and a crash loses little; each costs 0.2 to 0.5 ms here, most of it in the file system. */
const SHARDS_PER_WORKER = 8;

/** Processes start when first needed, serve any job, and end with `close()` or when the host dies. */
export class LocalBackend implements Backend {
  readonly name = "local";
  readonly reach = "machine";
  readonly takesTurns = true;
  readonly maxShardMs = Infinity;
  readonly limits: BackendLimits;
  readonly #pool: WorkerPool;

  /**
   * @param options.workers processes that run at once; default: the cores that this process may use, or in a
   * call what is its share of them.
   * @param options.idleTimeoutMs time after which a process that has nothing to do is ended, ms; default: never.
   * @param entry path of the program that a process runs; default: the package's own worker
   */
  constructor(options: { workers?: number | undefined; idleTimeoutMs?: number | undefined } = {}, entry?: string) {
    asCalled(LocalBackend, () => checkLocalOptions(options));
    const budget = callPlace()?.workers ?? availableParallelism();
    const concurrency = options.workers ?? budget;
    // What of this process's budget of workers is each worker's own, for jobs that its calls start.
    const workersInside = Math.max(1, Math.floor(budget / concurrency));
    this.limits = {
      concurrency,
      shardsPerWorker: SHARDS_PER_WORKER,
      inlineBytes: INLINE_BYTES,
      carriesResults: true,
      billing: "nobody",
    };
    this.#pool = new WorkerPool({
      concurrency: () => concurrency,
      idleTimeoutMs: options.idleTimeoutMs,
      start: (setting) => new WorkerProcess(setting, startChild(setting, workersInside, entry)),
    });
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("LocalBackend", { workers: this.limits.concurrency }, how);
  }

  warm(workers: number, setting: WorkerSetting): void {
    this.#pool.warm(workers, setting);
  }

  invoke(request: ShardRequest, signal: AbortSignal, _onHeld?: OnHeld, onPrinted?: OnPrinted): Promise<Answer> {
    return this.#pool.invoke(request, signal, onPrinted);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
