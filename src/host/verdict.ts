/** The host's own commits on a shard's key: a failure for all its calls, or a split into pieces. */
import { randomUUID } from "node:crypto";
import { encode } from "../codec/codec.js";
import { StoreError } from "../errors.js";
import type { Failure } from "../wire/failure.js";
import { resultKey } from "../wire/keys.js";
import { encodeResult, type ResultHeader, type ShardResult } from "../wire/result.js";
import { type JobRun, now, type Task } from "./job-run.js";
import type { Monitor } from "./monitor.js";
import type { Step } from "./recover.js";
import { splitShard } from "./split.js";

/** Fails every call of the shard, unless a result was committed first. Returns what is left to run. */
export async function commitVerdict(run: JobRun, monitor: Monitor, task: Task, failure: Failure): Promise<Task[]> {
  const { count } = task.shard;
  const bytes = encode(failure);
  const calls = Array.from({ length: count }, () => ({ ok: false, runMs: 0, startMs: 0, bytes }));
  return commit(run, monitor, task, { ...headerOf(run, task), count, calls });
}

/** Cuts the shard into pieces, unless a result was committed first. Returns what is left to run. */
export async function commitSplit(
  run: JobRun,
  monitor: Monitor,
  task: Task,
  { suspect, failure }: Extract<Step, { kind: "split" }>,
): Promise<Task[]> {
  const split = splitShard(task.shard, suspect, run.starts);
  const left = await commit(run, monitor, task, { ...headerOf(run, task), count: 0, calls: [], split });
  const isSuspect = ({ shard }: Task) => shard.first === suspect && shard.count === 1;
  const convicted = failure && left.find(isSuspect);
  if (!convicted) return left;
  return [...left.filter((other) => other !== convicted), ...(await commitVerdict(run, monitor, convicted, failure))];
}

async function commit(run: JobRun, monitor: Monitor, task: Task, verdict: ShardResult): Promise<Task[]> {
  const pieces = encodeResult(verdict);
  try {
    const won = await run.store.putIfAbsent(resultKey(run.prefix, run.jobId, task.shard.name), pieces);
    return await monitor.look(task, won ? { result: Buffer.concat(pieces), writeMs: 0 } : undefined);
  } catch (error) {
    // A store that takes no verdict must not leave the futures hanging: the host knows it, and that settles them.
    if (!(error instanceof StoreError)) throw error;
    return monitor.settle(task, verdict, 0);
  }
}

function headerOf(run: JobRun, task: Task): Omit<ResultHeader, "count"> {
  return {
    jobId: run.jobId,
    shard: task.shard.name,
    attemptId: `host ${randomUUID()}`,
    attempt: task.attempt,
    worker: "host",
    startedAt: now(),
    fetchMs: 0,
    output: {},
  };
}
