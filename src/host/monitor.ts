/** Settles futures from what lies in the store. An answer is a hint to look; a result that rides in it spares the read. */

import { WorkerRefusal } from "../backends/backend.js";
import { decode } from "../codec/codec.js";
import { type CallIdentity, type CallOutput, CodecError, type NodewrenError } from "../errors.js";
import type { Outcome } from "../ledger.js";
import { errorOf, type Failure } from "../wire/failure.js";
import { resultKey } from "../wire/keys.js";
import type { Answer } from "../wire/messages.js";
import { type CallResult, decodeResult, type ShardResult } from "../wire/result.js";
import { type JobRun, newTask, now, type Task } from "./job-run.js";

const NO_OUTPUT: CallOutput = { stdout: "", stderr: "" };

export class Monitor {
  readonly #run: JobRun;

  constructor(run: JobRun) {
    this.#run = run;
  }

  /**
   * Reads the shard's result object and settles its calls. Returns the pieces that a split shard left to run.
   * Rejects with `WorkerRefusal` when there is no such object, with `StoreError` when it cannot be read.
   */
  async look(task: Task, answer: Pick<Answer, "result" | "writeMs"> | undefined): Promise<Task[]> {
    const key = resultKey(this.#run.prefix, this.#run.jobId, task.shard.name);
    const object = answer?.result ?? (await this.#run.store.get(key));
    if (!object) throw new WorkerRefusal("store", `A worker stored ${key}, but it is not there.`, { transient: true });
    return this.settle(task, decodeResult(object, key), answer?.writeMs ?? 0);
  }

  /** As `look()`, for a shard of which nobody knows whether it has a result; undefined when none is seen. */
  async lookAgain(task: Task): Promise<Task[] | undefined> {
    try {
      return await this.look(task, undefined);
    } catch {
      // Whatever keeps it from being read, the attempt that follows meets it again, and tells.
      return undefined;
    }
  }

  settle(task: Task, result: ShardResult, writeMs: number): Task[] {
    if (result.split) return result.split.map((shard) => newTask(shard, task.attempt + 1));
    result.calls.forEach((call, i) => {
      const identity = { jobId: this.#run.jobId, index: task.shard.first + i, attempt: result.attempt };
      const output = result.output[i];
      this.#run.ledger.settle(this.#outcomeOf(call, identity, output), output);
    });
    this.#noteTimes(task, result, writeMs);
    this.#run.ledger.announce();
    if (!this.#run.signal.aborted) this.#run.onProgress();
    return [];
  }

  /** Settles the shard's calls with an error that no result object holds, such as that the object is damaged. */
  fail({ shard }: Task, reason: NodewrenError): void {
    for (let index = shard.first; index < shard.first + shard.count; index++)
      this.#run.ledger.settle({ index, status: "rejected", reason });
    this.#run.ledger.announce();
    this.#run.onProgress();
  }

  #outcomeOf(call: CallResult, identity: CallIdentity, output: CallOutput = NO_OUTPUT): Outcome<unknown> {
    const { index } = identity;
    try {
      const { classes, mapStack } = this.#run;
      const value = decode(call.bytes, { classes, mapStack });
      if (call.ok) return { index, status: "fulfilled", value };
      return { index, status: "rejected", reason: errorOf(value as Failure, identity, output) };
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      const message = `The result of call ${index} of job ${identity.jobId} cannot be decoded: ${cause}`;
      return { index, status: "rejected", reason: new CodecError("", message, { cause: error }) };
    }
  }

  /** A verdict of the host has no times. */
  #noteTimes({ shard, invokedAt }: Task, result: ShardResult, writeMs: number): void {
    if (result.worker === "host") return;
    const { startedAt, fetchMs, worker, calls } = result;
    const noticedAt = now();
    const last = calls.at(-1);
    const storedAt = startedAt + (last ? last.startMs + last.runMs : fetchMs) + writeMs;
    this.#run.times.push({
      shard: shard.name,
      first: shard.first,
      worker,
      queueMs: invokedAt - this.#run.submittedAt,
      startMs: Math.max(0, startedAt - invokedAt),
      fetchMs,
      runMs: Float64Array.from(calls, (call) => call.runMs),
      writeMs,
      noticeMs: Math.max(0, noticedAt - storedAt),
      noticedAt,
    });
  }
}
