/** Settles calls that have kept results: the host stores these as the results of the job, and no worker is asked. */
import type { MaybeValue } from "../cache/stored-batch.js";
import { pieceName } from "../wire/keys.js";
import type { CallResult, Piece } from "../wire/result.js";
import { FROM_CACHE } from "../wire/result.js";
import { commit, headerOf } from "./commit.js";
import type { JobRun, Task } from "./job-run.js";
import { shardOf } from "./plan.js";
import type { ResultReader } from "./result-reader.js";
import { placesOf } from "./segment-inputs.js";
import { asNodewrenError } from "./started-job.js";

/** Each holds as much as a shard of kept results. */
const AT_ONCE = 4;

/** Returns what has to run all the same, since its results cannot be read. Never rejects. */
export async function settleFound(run: JobRun, reader: ResultReader, tasks: readonly Task[]): Promise<Task[]> {
  const left: Task[] = [];
  for (let at = 0; at < tasks.length && !run.signal.aborted; at += AT_ONCE) {
    const some = tasks.slice(at, at + AT_ONCE);
    left.push(...(await Promise.all(some.map((task) => settleOrFail(run, reader, task)))).flat());
  }
  return left;
}

async function settleOrFail(run: JobRun, reader: ResultReader, task: Task): Promise<Task[]> {
  try {
    return await settleTask(run, reader, task);
  } catch (error) {
    reader.fail(task, asNodewrenError(error));
    return [];
  }
}

async function settleTask(run: JobRun, reader: ResultReader, task: Task): Promise<Task[]> {
  const values = (await run.cache?.values(task.shard)) ?? [];
  if (values.every((value) => value === undefined)) return [task];
  if (!values.includes(undefined)) return commit(run, reader, task, resultOf(run, task, values as Uint8Array[]));
  const left = await commit(run, reader, task, await splitOf(run, task, values));
  return (await Promise.all(left.map((piece) => settleTask(run, reader, piece)))).flat();
}

function resultOf(run: JobRun, task: Task, values: readonly Uint8Array[]) {
  const calls = values.map((bytes): CallResult => ({ ok: true, runMs: 0, startMs: 0, attempts: 0, bytes }));
  return { ...headerOf(run, task, FROM_CACHE), count: calls.length, calls };
}

/** Cut where calls that have a value meet others. */
async function splitOf(run: JobRun, task: Task, values: readonly MaybeValue[]) {
  const { name, first } = task.shard;
  const places = await placesOf(run, task.segment);
  const split: Piece[] = [];
  for (let start = 0; start < values.length; ) {
    let end = start + 1;
    while (end < values.length && (values[end] === undefined) === (values[start] === undefined)) end++;
    const count = end - start;
    const piece = shardOf(pieceName(name, first + start, count), first + start, count, places);
    split.push({ ...piece, attempt: task.attempt });
    start = end;
  }
  return { ...headerOf(run, task, FROM_CACHE), count: 0, calls: [], split };
}
