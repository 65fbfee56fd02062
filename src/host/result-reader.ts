/** Settles futures from what lies in the store. An answer is a hint to look; a result that rides in it spares the read. */

import { WorkerRefusal } from "../backends/backend.js";
import { type NodewrenError, StoreError } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";
import { pause } from "../util/abort.js";
import { now } from "../util/time.js";
import { resultKey } from "../wire/keys.js";
import type { Answer, Shard } from "../wire/messages.js";
import { type CallResult, FROM_CACHE, type ReadResult, sizeOf } from "../wire/result.js";
import { outcomeOf } from "./call-outcome.js";
import { fetchResult, readResult } from "./fetch-result.js";
import { type JobRun, newTask, type Task } from "./job-run.js";
import { callFailure } from "./open-trace.js";
import { shardTimes } from "./shard-times.js";
import { noteSettled } from "./store-segment.js";
import { StoredValues } from "./stored-values.js";

/** Pauses before a result object is read again that is missing or damaged though its worker has stored it, ms: 3 s in all. */
const READ_AGAIN_MS = [100, 200, 400, 800, 1500];

/** The object on the shard's key is not the shard's result, and never will be. `error` says what it is. */
export class SpoiledResult extends Error {
  constructor(readonly error: StoreError) {
    super(error.message);
  }
}

interface TakenResult extends ReadResult {
  /** Whether it lies nowhere else, as `Answer.isUnstored`. */
  isUnstored?: boolean;
}

export class ResultReader {
  readonly #run: JobRun;
  readonly #readAgainMs: readonly number[];
  readonly #values: StoredValues;

  constructor(run: JobRun, readAgainMs: readonly number[] = READ_AGAIN_MS) {
    this.#run = run;
    this.#readAgainMs = readAgainMs;
    this.#values = new StoredValues(run);
  }

  /**
   * Reads the shard's result object and settles its calls. Returns the pieces that a split shard left to run.
   * Rejects with `WorkerRefusal` when there is no such object, with `SpoiledResult` when it is not what a worker of this
   * job wrote, with `StoreError` when it cannot be read.
   */
  async look(task: Task, answer: Answer | undefined): Promise<Task[]> {
    this.#run.times.bytesAnswered += answer?.result?.byteLength ?? 0;
    const ridden = answer && this.#ridden(task, answer);
    if (ridden && answer.isUnstored) return this.take(task, { ...ridden, isUnstored: true }, 0);
    return this.take(task, ridden ?? (await this.#stored(task)), answer?.writeMs ?? 0);
  }

  /** As `look()`, for a shard of which nobody knows whether it has a result; undefined when none is seen. */
  async lookAgain(task: Task): Promise<Task[] | undefined> {
    try {
      const object = await fetchResult(this.#run, task.shard);
      return object && (await this.take(task, this.#decoded(task.shard, object), 0));
    } catch {
      // Whatever keeps it from being read, the attempt that follows meets it again, and tells.
      return undefined;
    }
  }

  /** The result in an answer, if it is that of the very attempt. */
  #ridden({ shard }: Task, { attemptId, result: object }: Answer): ReadResult | undefined {
    if (!object) return undefined;
    try {
      const result = this.#decoded(shard, object);
      return result.attemptId === attemptId ? result : undefined;
    } catch {
      // The stored object is the truth, and says what is wrong.
      return undefined;
    }
  }

  #decoded(shard: Shard, object: Uint8Array): ReadResult {
    const { jobId } = this.#run;
    return readResult({ jobId, shard }, object, resultKey(jobId, shard.name));
  }

  /** Some stores show what was written a little later, or an older version of it: so it is read again for a few seconds. */
  async #stored({ shard }: Task): Promise<ReadResult> {
    const { jobId, signal } = this.#run;
    const key = resultKey(jobId, shard.name);
    let trouble: unknown;
    for (const waitMs of [...this.#readAgainMs, undefined]) {
      const object = await fetchResult(this.#run, shard);
      try {
        if (object) return this.#decoded(shard, object);
        trouble = new WorkerRefusal("store", `A worker stored ${key}, but it is not there.`, { transient: true });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        trouble = new SpoiledResult(error);
      }
      if (waitMs !== undefined) await pause(waitMs, signal);
    }
    throw trouble;
  }

  /** Settles the shard's calls, once what is to be kept of them is on its way. Returns the pieces that a split shard left to run. */
  async take(task: Task, result: TakenResult, writeMs: number): Promise<Task[]> {
    const keeping = this.#run.cache?.keep(task.shard, result);
    // Nothing comes in between where there is nothing to wait for: whether this is the job's last shard is known so.
    if (keeping) await keeping;
    return this.#settle(task, result, writeMs);
  }

  #settle(task: Task, result: TakenResult, writeMs: number): Task[] {
    if (result.split) {
      this.#run.trace?.leave(result.attemptId, now());
      this.#run.bills.forget(result.attemptId);
      return result.split.map(({ attempt, ...shard }) => newTask({ ...task, shard, attempt, mayHaveRun: true }));
    }
    this.#settleCalls(task, result);
    this.#noteTimes(task, result, writeMs);
    this.#run.outcomes.announce();
    if (!this.#run.signal.aborted) this.#run.onProgress();
    return [];
  }

  /** What is not held here must be in the store, as it is unless only this host knows it. */
  #settleCalls({ shard, segment }: Task, result: TakenResult): void {
    const { outcomes, jobId } = this.#run;
    const { done } = outcomes;
    const source = outcomes.isStream ? this.#values.object(shard, result.calls) : undefined;
    result.calls.forEach((call, i) => {
      // A copy of the shard was first.
      if (outcomes.statusOf(shard.first + i) !== "pending") return;
      const output = result.output[i];
      const { bytes, attempts } = call;
      if (call.ok && result.keyParts) {
        // Its pairs are among the parts, and it has no value of its own.
        outcomes.settle({ index: shard.first + i, status: "fulfilled", value: undefined }, { output, source });
        return;
      }
      const hasNoOther = result.isUnstored || result.worker === "host";
      const isHeld = bytes && (!call.ok || outcomes.hasRoomFor(sizeOf(call)) || hasNoOther);
      const identity = { jobId, index: shard.first + i, attempts };
      const outcome = isHeld
        ? outcomeOf(this.#run, call as CallResult, identity, output)
        : this.#values.outcome(shard, i);
      // What was found in the cache was printed long ago, and elsewhere.
      const attemptId = result.worker === "host" ? undefined : result.attemptId;
      if (result.worker !== FROM_CACHE) this.#run.echo?.settled({ attemptId, index: shard.first + i, output });
      outcomes.settle(outcome, { output, source });
    });
    if (result.worker !== "host" && !result.isUnstored) this.#run.places.add(shard, partStarts(result));
    if (result.part) this.#run.delivery?.add(shard, result.part, result.calls);
    if (outcomes.isStream) noteSettled(this.#run, segment, outcomes.done - done);
  }

  /** Settles the shard's calls with an error that no result object holds, such as that the object is damaged. */
  fail({ shard }: Task, reason: NodewrenError): void {
    for (let index = shard.first; index < shard.first + shard.count; index++)
      this.#run.outcomes.settle({ index, status: "rejected", reason });
    this.#run.outcomes.announce();
    this.#run.onProgress();
  }

  /** A verdict of the host has no times, and kept results have none of this job. */
  #noteTimes({ shard, invokedAt }: Task, result: TakenResult, writeMs: number): void {
    if (result.worker === "host") return;
    const { submittedAt, settings, times } = this.#run;
    if (result.requests) times.addRequests(withoutWrite(result.requests, result.isUnstored));
    if (result.worker === FROM_CACHE) {
      times.addFound(result.calls.length, result.startedAt);
      return;
    }
    // What another host had run was not noticed late because this one looked late.
    const place = this.#run.bills.add(result.attemptId, result.invocation, invokedAt > 0);
    const seen = invokedAt > 0 ? { sentAt: invokedAt, heardAt: now() } : undefined;
    const runsAtOnce = settings.concurrentCalls > 1;
    const ofShard = shardTimes(shard, result, { place, writeMs, submittedAt, seen, runsAtOnce });
    times.add(ofShard);
    this.#run.trace?.settle(result.attemptId, ofShard, (index) => callFailure(this.#run.outcomes, index));
  }
}

/** A worker counts the write of its result before it knows whether there is to be one. */
function withoutWrite({ writes, ...others }: StoreRequests, isUnstored = false): StoreRequests {
  return { ...others, writes: isUnstored ? writes - 1 : writes };
}

function partStarts({ keyParts, valuesStart = 0 }: ReadResult): Float64Array | undefined {
  if (!keyParts) return undefined;
  const starts = new Float64Array(keyParts.length + 1);
  starts[0] = valuesStart;
  for (const [i, bytes] of keyParts.entries()) starts[i + 1] = (starts[i] as number) + bytes;
  return starts;
}
