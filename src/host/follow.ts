/** Settles what others have stored of a job. */
import { pieceName, resultsPrefix } from "../wire/keys.js";
import { type JobRun, newTask, type Task } from "./job-run.js";
import type { ResultReader } from "./result-reader.js";

/** Results that are read at once: most of a read's time is waiting. */
const READS_AT_ONCE = 16;

/** Reads each result that is there. Returns the tasks that have none yet, in their order. */
export async function follow(run: JobRun, reader: ResultReader, tasks: readonly Task[]): Promise<Task[]> {
  const stored = await storedNames(run);
  const open: Task[] = [];
  const queue = [...tasks];
  while (queue.length > 0) {
    const batch = queue.splice(0, READS_AT_ONCE);
    const left = await Promise.all(batch.map((task) => settle(reader, stored, task)));
    batch.forEach((task, i) => {
      const pieces = left[i];
      if (pieces) queue.unshift(...pieces);
      else open.push(task);
    });
  }
  return open.sort((a, b) => a.shard.first - b.shard.first);
}

/** What is left of the task; undefined when nothing of it is there that can be read. */
async function settle(reader: ResultReader, stored: ReadonlySet<string>, task: Task): Promise<Task[] | undefined> {
  const { name, first, count } = task.shard;
  if (!stored.has(name)) return undefined;
  const left = await reader.lookAgain(task);
  if (left) return left;
  // Where the shard's own object is spoiled, its driver has run it again as a piece that is all of it.
  const anew = pieceName(name, first, count);
  return anew !== name && stored.has(anew)
    ? [newTask({ ...task, shard: { ...task.shard, name: anew }, attempt: task.attempt + 1, mayHaveRun: true })]
    : undefined;
}

async function storedNames({ store, jobId }: JobRun): Promise<Set<string>> {
  const prefix = resultsPrefix(jobId);
  const names = new Set<string>();
  for await (const { key } of store.list(prefix)) names.add(key.slice(prefix.length));
  return names;
}
