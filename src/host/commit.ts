/** The host's own commits on a shard's key. */
import { randomUUID } from "node:crypto";
import { StoreError } from "../errors.js";
import { now } from "../util/time.js";
import { resultKey } from "../wire/keys.js";
import { encodeResult, type ResultHeader, type ShardResult } from "../wire/result.js";
import type { JobRun, Task } from "./job-run.js";
import { type ResultReader, SpoiledResult } from "./result-reader.js";

/** Stores the result and settles by it, unless another was committed first: then by that. Returns what is left to run. */
export async function commit(run: JobRun, reader: ResultReader, task: Task, result: ShardResult): Promise<Task[]> {
  const pieces = encodeResult(result);
  try {
    const won = await run.store.putIfAbsent(resultKey(run.jobId, task.shard.name), pieces);
    return won ? reader.take(task, result, 0) : await reader.look(task, undefined);
  } catch (error) {
    // A store that takes no result of the host's, or shows none, must not leave the futures hanging: the host knows it, and that settles them.
    if (!(error instanceof StoreError || error instanceof SpoiledResult)) throw error;
    return reader.take(task, result, 0);
  }
}

/** @param worker who has made the result */
export function headerOf(run: JobRun, task: Task, worker = "host"): Omit<ResultHeader, "count"> {
  return {
    jobId: run.jobId,
    shard: task.shard.name,
    attemptId: `host ${randomUUID()}`,
    attempt: task.attempt,
    worker,
    startedAt: now(),
    fetchMs: 0,
    output: {},
  };
}
