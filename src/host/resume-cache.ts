/** Keeps results of a job that another host has begun: what it still runs is found by later ones, too. */
import { readInputs } from "../wire/inputs.js";
import type { JobRecord } from "../wire/job-record.js";
import { inputsKey } from "../wire/keys.js";
import { CachedCalls } from "./cached-calls.js";
import type { JobRun, Task } from "./job-run.js";

/** Shards whose inputs are read at once. */
const READS_AT_ONCE = 16;

/** Undefined where the job keeps nothing, or keeps it elsewhere than in its own store. Never rejects. */
export async function resumedCache(
  run: JobRun,
  { cache, functionName }: JobRecord,
  open: readonly Task[],
): Promise<CachedCalls | undefined> {
  if (!cache) return undefined;
  const { recipe, maxBytes, byIndex } = cache;
  const calls = new CachedCalls(run.caches.of(run.store, recipe, functionName), run.outcomes, {
    keptAfter: Infinity,
    maxBytes: maxBytes ?? Infinity,
    byIndex,
    record: cache,
  });
  for (let at = 0; at < open.length; at += READS_AT_ONCE)
    await Promise.all(open.slice(at, at + READS_AT_ONCE).map((task) => noteInputs(run, calls, task)));
  return calls;
}

/** Where inputs cannot be read, their calls tell; there is nothing to keep of them. */
async function noteInputs({ store, jobId }: JobRun, calls: CachedCalls, { shard, segment }: Task): Promise<void> {
  const { first, count, byteStart, byteEnd } = shard;
  try {
    const range = await store.get(inputsKey(jobId, segment.number), { start: byteStart, end: byteEnd });
    let index = first;
    for (const input of range ? readInputs(range, count) : []) calls.note(index++, input);
  } catch {
    // As said above.
  }
}
