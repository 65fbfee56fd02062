/** Reduces the results of a job by a tree of reducers, which run on workers and read what they reduce from the store. */
import { OptionError } from "../errors.js";
import type { Job } from "../job/job.js";
import { type AnyReduceOptions, DEFAULT_BRANCH } from "../options/reduce.js";
import { callsOf } from "./dependencies.js";
import { type Level, withLevel } from "./reduce-levels.js";
import { type AddJobs, endOf, type Reducing } from "./reducing.js";

/**
 * Resolves with the result of all. Rejects with why a call failed, with the error of the job's inputs, and with `OptionError`
 * when there is nothing to reduce.
 */
export async function reduceTree(
  job: Job<unknown>,
  options: AnyReduceOptions,
  reducing: Reducing,
  add: AddJobs,
): Promise<unknown> {
  const { branch = DEFAULT_BRANCH, initial } = options;
  const release = job.source.retain();
  try {
    const calls = await endOf(job.source, { waits: false });
    if (calls === 0) return ofNothing(options);
    const withInitial = initial !== undefined;
    if (calls === 1 && !withInitial) return await job.futures[0];
    const levels = levelsOf(job, calls, branch, { initial, withInitial }, reducing);
    add(...levels.map((level) => level.job));
    const last = levels.at(-1) as Level;
    return await withLevel(job, levels, async () => last.job.futures[0]);
  } finally {
    release?.();
  }
}

/** All at once: each call of a level starts as soon as what it needs of the level below is there. */
function levelsOf(
  job: Job<unknown>,
  inputs: number,
  branch: number,
  { initial, withInitial }: { initial: unknown; withInitial: boolean },
  reducing: Reducing,
): Level[] {
  const levels: Level[] = [];
  let below = job;
  for (let calls = inputs, span = branch; levels.length === 0 || calls > 1; span *= branch) {
    const lists = chunks(callsOf(below.source), branch).map((list) => ({ list }));
    if (lists.length === 1 && withInitial) lists[0]?.list.unshift({ value: initial });
    below = reducing.fold("values", lists);
    calls = lists.length;
    if (calls > 1) below.source.outcomes.use.makeInner();
    levels.push({ job: below, inputsOf: (index) => [index * span, Math.min(inputs, (index + 1) * span) - 1] });
  }
  return levels;
}

function ofNothing({ initial }: AnyReduceOptions): unknown {
  if (initial !== undefined) return initial;
  throw new OptionError("initial", "There are no results to reduce, and no option initial to give instead of one.");
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
