/** Hands shards to the backend, as many at once as it can run, and sees each one to its end. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { WorkerDeath, WorkerRefusal } from "../backends/backend.js";
import { InvokeError, NodewrenError } from "../errors.js";
import { textOf } from "../text-of.js";
import type { Shard, ShardRequest } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import { invokeInTime } from "./deadline.js";
import { type JobRun, newTask, now, type Task } from "./job-run.js";
import type { Monitor } from "./monitor.js";
import { Poller } from "./poller.js";
import { afterDeath, afterRefusal, type Step } from "./recover.js";
import { commitSplit, commitVerdict } from "./verdict.js";

/** First pause before another try at a shard, ms; it doubles with each try. */
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2000;

export class Dispatcher {
  readonly #run: JobRun;
  readonly #monitor: Monitor;
  readonly #poller: Poller;
  readonly #queue: Task[];
  readonly #resolve: () => void;
  /** Resolves when no shard is under way or waiting any more. */
  readonly done: Promise<void>;
  #active = 0;

  constructor(run: JobRun, monitor: Monitor, shards: readonly Shard[]) {
    this.#run = run;
    this.#monitor = monitor;
    this.#poller = new Poller(run);
    // Reversed, so that the next one can be popped from the end.
    this.#queue = shards.map((shard) => newTask(shard)).reverse();
    let resolve!: () => void;
    this.done = new Promise((done) => {
      resolve = done;
    });
    this.#resolve = resolve;
    this.#pump();
  }

  #pump(): void {
    if (this.#run.signal.aborted) this.#queue.length = 0;
    while (this.#active < this.#run.backend.limits.concurrency && this.#queue.length > 0) {
      this.#active++;
      void this.#see(this.#queue.pop() as Task);
    }
    if (this.#active === 0) this.#resolve();
  }

  async #see(task: Task): Promise<void> {
    try {
      if (!this.#run.signal.aborted) await this.#attempt(task);
    } catch (error) {
      this.#run.ledger.fail(asNodewrenError(error));
    } finally {
      this.#active--;
      this.#pump();
    }
  }

  async #attempt(task: Task): Promise<void> {
    task.tries++;
    task.invokedAt = now();
    try {
      const answer = await invokeInTime(this.#run, this.#poller, requestOf(this.#run, task));
      this.#enqueue(await this.#monitor.look(task, answer));
    } catch (error) {
      if (this.#run.signal.aborted) return;
      await this.#recover(task, error);
    }
  }

  async #recover(task: Task, error: unknown): Promise<void> {
    const { settings, stored, backend } = this.#run;
    const { workerMemoryMb } = backend.limits;
    const limits = { ...settings, workerMemoryMb, maxShardMs: backend.maxShardMs };
    const left = mayHaveCommitted(error) ? await this.#monitor.lookAgain(task) : undefined;
    if (left) this.#enqueue(left);
    else if (error instanceof WorkerDeath) await this.#take(task, afterDeath(task, error.death, limits));
    else if (error instanceof WorkerRefusal) {
      // Someone may have cleaned the store: the next job stores again what it needs.
      if (error.kind === "store") stored.clear();
      await this.#take(task, afterRefusal(task, error, limits));
    } else this.#monitor.fail(task, asNodewrenError(error));
  }

  async #take(task: Task, step: Step): Promise<void> {
    if (step.kind === "retry") await this.#retry(task, step.afterPause);
    else if (step.kind === "split") this.#enqueue(await commitSplit(this.#run, this.#monitor, task, step));
    else this.#enqueue(await commitVerdict(this.#run, this.#monitor, task, step.failure));
  }

  /** After a refusal with a growing pause and jitter, so that many shards do not come back at once to what just failed. */
  async #retry(task: Task, afterPause: boolean): Promise<void> {
    const pause = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (task.tries - 1)) * (0.5 + Math.random());
    if (afterPause) await sleep(pause, undefined, { signal: this.#run.signal }).catch(() => {});
    task.attempt++;
    this.#enqueue([task]);
  }

  #enqueue(tasks: readonly Task[]): void {
    this.#queue.push(...[...tasks].reverse());
  }
}

/** Whether the result may lie in the store all the same: what was lost may have been the word of it only. */
function mayHaveCommitted(error: unknown): boolean {
  return error instanceof WorkerDeath
    ? error.death.kind === "lost"
    : error instanceof WorkerRefusal && error.mayHaveRun;
}

function requestOf(run: JobRun, task: Task): ShardRequest {
  const { timeoutMs, memoryMb, retries, env } = run.settings;
  return {
    version: WIRE_VERSION,
    store: run.store.descriptor,
    prefix: run.prefix,
    jobId: run.jobId,
    functionDigest: run.functionDigest,
    packagesDigest: run.packages?.digest,
    packagesRoot: run.packages?.root,
    shard: task.shard,
    inputsBytes: run.starts[run.starts.length - 1] as number,
    inputs: inlineInputs(run, task.shard),
    attemptId: randomUUID(),
    attempt: task.attempt,
    retries,
    timeoutMs,
    memoryMb,
    env,
  };
}

function inlineInputs({ inputs, backend }: JobRun, { byteStart, byteEnd }: Shard): Uint8Array | undefined {
  const fits = byteEnd - byteStart <= (backend.limits.inlineBytes ?? 0);
  return fits ? inputs?.subarray(byteStart, byteEnd) : undefined;
}

function asNodewrenError(error: unknown): NodewrenError {
  return error instanceof NodewrenError
    ? error
    : new InvokeError(`The job could not go on: ${textOf(error)}`, { cause: error });
}
