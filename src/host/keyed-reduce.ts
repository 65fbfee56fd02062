/**
 * Reduces pairs of [key, value] by key. Each shard of a job has divided its pairs into parts of its one result object; each reducer reads a
 * range of each of these objects, so that pairs go from worker to worker through the store, and through no host.
 */
import { NodewrenError } from "../errors.js";
import type { Job } from "../job/job.js";
import type { JobSource } from "../job/job-source.js";
import { type AnyReduceOptions, DEFAULT_BRANCH } from "../options/reduce.js";
import { callsOf, type NeededParts, type Part } from "./dependencies.js";
import { chunks } from "./map-reduce.js";
import { told } from "./reduce-levels.js";
import { type AddJobs, endOf, type Reducing } from "./reducing.js";

/** Parts of a shard where nobody says how many reducers there are: so many there can be, and each has consecutive ones of them. */
const PARTS = 64;

/**
 * What one reducer is to reduce, bytes, where nobody says how many there are. Elsewhere, each reads a range of each object, and pays for it:
 * up to this size, one worker takes seconds. Here, reads cost little, and workers that are there may as well help.
 */
const REDUCER_BYTES = { network: 32 * 2 ** 20, machine: 2 ** 20 } as const;

export function partsOf({ reducers = PARTS }: AnyReduceOptions): number {
  return reducers;
}

/** As `reduceKeyed`, of a job whose results lie undivided: one call divides those of `branch` calls. */
export async function reduceResults(
  job: Job<unknown>,
  options: AnyReduceOptions,
  reducing: Reducing,
  add: AddJobs,
): Promise<unknown> {
  const { branch = DEFAULT_BRANCH } = options;
  await endOf(job.source, { waits: false });
  const lists = chunks(callsOf(job.source), branch).map((list) => ({ list }));
  const divided = reducing.fold("collections", lists, { divided: partsOf(options) });
  add(divided);
  divided.source.outcomes.use.makeInner();
  return reduceKeyed(divided, options, reducing, add);
}

/**
 * Resolves with a Map in the order in which keys came first, or with what `finish` gave, in the order of the reducers.
 *
 * @param divided a job whose pairs are divided into `partsOf(options)` parts
 */
export async function reduceKeyed(
  divided: Job<unknown>,
  options: AnyReduceOptions,
  reducing: Reducing,
  add: AddJobs,
): Promise<unknown> {
  const { source } = divided;
  const release = source.retain();
  try {
    await endOf(source, { waits: true });
    const lists = await listsOf(source, options, reducing);
    const hasInitial = options.initial !== undefined;
    if (hasInitial) for (const list of lists) list.unshift({ value: options.initial });
    const reducers = reducing.fold(
      "parts",
      lists.map((list) => ({ list })),
      { hasInitial },
    );
    add(reducers);
    const results = await reducers.then(undefined, (error) => {
      throw toldOf(error, reducers.id, lists.length, divided.id);
    });
    return options.finish ? results : merged(results as Reduced[]);
  } finally {
    release?.();
  }
}

/** What each reducer is given. */
async function listsOf(source: JobSource, options: AnyReduceOptions, reducing: Reducing): Promise<Part[][]> {
  const places = source.dividedPlaces();
  const bytes = bytesOfParts(
    places.map(({ parts }) => parts),
    partsOf(options),
  );
  const ends = options.reducers === undefined ? await usualEnds(bytes, reducing) : bytes.map((_, part) => part + 1);
  const lists = ends.map((end, i) => {
    const begin = i === 0 ? 0 : (ends[i - 1] as number);
    return places.flatMap(({ name, parts }): NeededParts[] => {
      const [start, stop] = [parts[begin] as number, parts[end] as number];
      return start < stop ? [{ source, parts: { jobId: source.jobId, shard: name, start, end: stop } }] : [];
    });
  });
  // Whoever has nothing to reduce gives nothing, unless it is asked for.
  return options.finish ? lists : lists.filter((list) => list.length > 0);
}

function bytesOfParts(places: readonly Float64Array[], parts: number): number[] {
  return Array.from({ length: parts }, (_, part) =>
    places.reduce((sum, starts) => sum + (starts[part + 1] as number) - (starts[part] as number), 0),
  );
}

/** Up to which part each reducer has them: about the same bytes. */
async function usualEnds(bytes: readonly number[], reducing: Reducing): Promise<number[]> {
  const { concurrency } = await reducing.limits();
  const total = bytes.reduce((sum, one) => sum + one, 0);
  const reducers = Math.max(1, Math.min(concurrency, bytes.length, Math.ceil(total / REDUCER_BYTES[reducing.reach])));
  const ends: number[] = [];
  let sum = 0;
  bytes.forEach((one, part) => {
    sum += one;
    if (ends.length + 1 < reducers && sum >= (total * (ends.length + 1)) / reducers) ends.push(part + 1);
  });
  if (ends.at(-1) !== bytes.length) ends.push(bytes.length);
  return ends;
}

function toldOf(error: unknown, reducersId: string, reducers: number, dividedId: string): unknown {
  const { jobId, index } = error as { jobId?: string; index?: number };
  if (!(error instanceof NodewrenError) || jobId !== reducersId || index === undefined) return error;
  return told(
    error,
    `It is reducer ${index + 1} of ${reducers}, of the pairs that the calls of job ${dividedId} gave.`,
  );
}

/** What a reducer gives, see `worker/fold.ts`. */
interface Reduced {
  keys: unknown[];
  values: unknown[];
  firsts: Float64Array;
  places: Uint32Array;
}

/** Of lists that are in order, one. */
function merged(lists: readonly Reduced[]): Map<unknown, unknown> {
  const all = new Map<unknown, unknown>();
  const heads = lists.map(() => 0);
  for (;;) {
    const next = leastOf(lists, heads);
    if (next < 0) return all;
    const { keys, values } = lists[next] as Reduced;
    const at = heads[next] as number;
    all.set(keys[at], values[at]);
    heads[next] = at + 1;
  }
}

/** The list whose next key came first; -1 when none has any more. */
function leastOf(lists: readonly Reduced[], heads: readonly number[]): number {
  let least = -1;
  lists.forEach((list, i) => {
    const at = heads[i] as number;
    if (at < list.keys.length && (least < 0 || comesBefore(list, at, lists[least] as Reduced, heads[least] as number)))
      least = i;
  });
  return least;
}

function comesBefore(a: Reduced, i: number, b: Reduced, j: number): boolean {
  const [first, other] = [a.firsts[i] as number, b.firsts[j] as number];
  return first < other || (first === other && (a.places[i] as number) < (b.places[j] as number));
}
