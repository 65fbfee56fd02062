/** Reduces the results of a job by a tree of reducers, which run on workers and read what they reduce from the store. */
import { OptionError } from "../errors.js";
import type { Job } from "../job/job.js";
import type { JobSource } from "../job/job-source.js";
import type { JobOptions } from "../options.js";
import type { Fold } from "../wire/messages.js";
import { callsOf, type Dependency } from "./dependencies.js";

/** Results that one reducer is given, where nothing else is said. */
const BRANCH = 16;

export interface ReduceOptions<T = unknown> {
  /** Comes before all others; when `keyed`, before those of each key. Default: there is none. */
  initial?: T | undefined;
  /** Results that one reducer is given, 2 at least. Default 16. */
  branch?: number | undefined;
  /** Whether each result is a collection of `[key, value]`, and values with the same key are reduced. Default `false`. */
  keyed?: boolean | undefined;
}

export interface MapReduceOptions<T = unknown> extends ReduceOptions<T>, JobOptions {}

/** Those that say how calls run, and not how many there are or what becomes of them together. */
export function optionsOfReduce(options: JobOptions): JobOptions {
  const {
    shards: _,
    callsPerShard: __,
    completion: ___,
    concurrentCalls: ____,
    limitPerSecond: _____,
    ...others
  } = options;
  return others;
}

/** Starts a job that folds each of the lists. */
export type StartFold = (lists: readonly Dependency[], fold: Fold) => Job<unknown>;

/** Throws `OptionError`. */
export function checkReduceOptions({ branch = BRANCH, keyed = false }: ReduceOptions): void {
  if (!Number.isInteger(branch) || branch < 2)
    throw new OptionError("branch", `Option branch must be a whole number of at least 2, but is ${String(branch)}.`);
  if (typeof keyed !== "boolean")
    throw new OptionError("keyed", `Option keyed must be true or false, but is ${String(keyed)}.`);
}

/**
 * Resolves with the result of all. Rejects with why a call failed, with the error of the job's inputs, and with `OptionError`
 * when there is nothing to reduce.
 */
export async function reduceJob(job: Job<unknown>, options: ReduceOptions, startFold: StartFold): Promise<unknown> {
  const { branch = BRANCH, keyed = false } = options;
  let calls = await numberOfCalls(job);
  if (calls === 0) return ofNothing(options);
  let level = job;
  for (let depth = 0; ; depth++) {
    const isLast = calls <= branch;
    // With entries, even one result may have a key twice.
    const withInitial = isLast && options.initial !== undefined;
    if (calls === 1 && depth > 0) break;
    if (calls === 1 && !keyed && !withInitial) break;
    const parts = callsOf(level.source);
    const lists = chunks(parts, branch);
    if (withInitial) lists[0]?.unshift({ value: options.initial });
    level = startFold(
      lists.map((list) => ({ list })),
      { keyed, initial: withInitial },
    );
    calls = lists.length;
  }
  return level.futures[0];
}

/** Of a stream, known when it has ended; until then its calls run, and their results are kept. */
async function numberOfCalls(job: Job<unknown>): Promise<number> {
  const { outcomes }: JobSource = job.source;
  outcomes.loops.keepAll();
  while (outcomes.total === undefined && !outcomes.failure) await outcomes.changed();
  if (outcomes.failure) throw outcomes.failure;
  if (outcomes.cut) throw outcomes.cut.error;
  return outcomes.total ?? 0;
}

function ofNothing({ initial, keyed = false }: ReduceOptions): unknown {
  if (keyed) return new Map();
  if (initial !== undefined) return initial;
  throw new OptionError("initial", "mapReduce() got no inputs, and no option initial to give instead of a result.");
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
