/** The host's own commits on a shard's key: a failure for all its calls, or a split into pieces. */
import { encode } from "../codec/codec.js";
import type { Shard } from "../wire/messages.js";
import type { Piece } from "../wire/result.js";
import { commit, headerOf } from "./commit.js";
import type { JobRun, Task } from "./job-run.js";
import type { Step, Verdict } from "./recover.js";
import type { ResultReader } from "./result-reader.js";
import { placesOf } from "./segment-inputs.js";
import { splitShard } from "./split.js";

/** Fails every call of the shard, unless a result was committed first. Returns what is left to run. */
export async function commitVerdict(
  run: JobRun,
  reader: ResultReader,
  task: Task,
  { failure, output }: Verdict,
): Promise<Task[]> {
  const { count } = task.shard;
  const bytes = encode(failure);
  const { attempt: attempts } = task;
  const calls = Array.from({ length: count }, () => ({ ok: false, runMs: 0, startMs: 0, attempts, bytes }));
  return commit(run, reader, task, {
    ...headerOf(run, task),
    count,
    calls,
    // Only of a call that stands alone is known what it printed.
    ...(output && count === 1 && { output: { 0: output } }),
  });
}

/** Cuts the shard into pieces, unless a result was committed first. Returns what is left to run. */
export async function commitSplit(
  run: JobRun,
  reader: ResultReader,
  task: Task,
  { suspect, verdict, moreMemory }: Extract<Step, { kind: "split" }>,
): Promise<Task[]> {
  const pieces = splitShard(task.shard, suspect, await placesOf(run, task.segment));
  // Where calls run one after the other, those behind the suspect have not run.
  const begun = run.settings.concurrentCalls > 1 ? undefined : suspect;
  const split = pieces.map((piece) => attemptAt(piece, task, begun));
  const left = await commit(run, reader, task, { ...headerOf(run, task), count: 0, calls: [], split });
  const isSuspect = ({ shard }: Task) => shard.first === suspect && shard.count === 1;
  const starved = moreMemory && left.find(isSuspect);
  if (starved) starved.memoryLevel++;
  const convicted = verdict && left.find(isSuspect);
  if (!convicted) return left;
  // It does not run again, so that no try is added to those it had.
  convicted.attempt = task.attempt;
  return [...left.filter((other) => other !== convicted), ...(await commitVerdict(run, reader, convicted, verdict))];
}

/** @param last the last call that has begun; undefined: any may have */
function attemptAt(piece: Shard, { attempt }: Task, last: number | undefined): Piece {
  return { ...piece, attempt: last !== undefined && piece.first > last ? attempt : attempt + 1 };
}
