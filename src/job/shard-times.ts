/** Times of a job's shards as they come in: each of them, or of a stream that has very many the sums of the earlier ones. */
import type { CallOutput } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";
import { mostAtOnce } from "./at-once.js";
import { type PlaceSummaries, placesTogether, summaryByPlace } from "./place-shares.js";

/** Times of one call. Those in ms are its shard's, but for `runMs` and `cpuMs`. */
export interface CallTimes {
  index: number;
  /** Shard in which the call ran. */
  shard: string;
  worker: string;
  /** Whether it gave a value. */
  ok: boolean;
  /** Tries that the call got. */
  attempts: number;
  /** Unix time at which its last try began, ms, by this host's clock. */
  startedAt: number;
  /** Unix time at which that ended, ms, by this host's clock. */
  endedAt: number;
  /** From `map()` until the shard was handed to the backend. */
  queueMs: number;
  /** From there until a worker began with the shard: start of a process or an environment, and the way there. */
  startMs: number;
  /** To fetch and prepare function and inputs. */
  fetchMs: number;
  /** In the job's setup, for the first shard of each worker; 0 for the others. */
  setupMs: number;
  /** In the user's function. */
  runMs: number;
  /**
   * CPU time of its process meanwhile, all threads, but not of child processes. Of calls that ran at once: the call's share.
   * Undefined where the worker did not tell.
   */
  cpuMs: number | undefined;
  /** To store the result object. */
  writeMs: number;
  /** From the stored result until the host knew it. */
  noticeMs: number;
}

/** Times added up over shards; `runMs` and `cpuMs` over calls. Waits in the queue are not: shards wait side by side. */
export type ReportTotals = Record<
  "startMs" | "fetchMs" | "setupMs" | "runMs" | "cpuMs" | "writeMs" | "noticeMs",
  number
>;

/** Times of a finished shard, as the host notes them. */
export interface ShardTimes
  extends Pick<CallTimes, "shard" | "worker" | "queueMs" | "startMs" | "fetchMs" | "setupMs" | "writeMs" | "noticeMs"> {
  /** Name of the place where it ran; undefined where another host knows that. */
  place: string | undefined;
  /** Index of its first call. */
  first: number;
  /** Unix time at which its worker began with it, ms, by this host's clock. */
  startedAt: number;
  /** Unix time at which its result was stored, by the same clock. */
  storedAt: number;
  /** Unix time at which the host knew its result, ms. */
  noticedAt: number;
  /** Cores of the machine that its worker shares with others; undefined where it has its own. */
  sharedCores: number | undefined;
  /** What the setup wrote that ran before its calls; undefined when none ran, or when it wrote nothing. */
  setupOutput?: CallOutput | undefined;
  /** Run time of each of its calls, ms. */
  runMs: Float64Array;
  /** Start of each of its calls after `startedAt`, ms. */
  callStartMs: Float32Array;
  /** CPU time of each of its calls, ms; undefined where the worker did not tell. */
  cpuMs: Float32Array | undefined;
  /** Tries that each of its calls got. */
  attempts: Uint32Array;
  /** 1 for each call that gave a value. */
  ok: Uint8Array;
  /** Time for which its calls waited for others that ran at once in the same thread, ms: see `work.ts`. */
  queuedMs: number;
  /** Time for which its worker waited for a core while calls ran, ms; 0 where that is not known. */
  coreWaitMs: number;
  /** Where it is not: time in which its worker neither computed nor waited in its event loop while calls ran, ms. */
  blockedMs: number;
}

/** What a report says of all shards together. */
export interface TimesSummary {
  shards: number;
  calls: number;
  /** Calls that were tried more than once. */
  retried: number;
  /** All tries. */
  tries: number;
  workers: ReadonlySet<string>;
  places: PlaceSummaries;
  /** Calls that did not run, since their results were found in the cache. */
  cacheHits: number;
  /** Most workers that had a shard at the same time. */
  atOnce: number;
  sharedCores: number | undefined;
  /** Unix times, ms; `Infinity` and 0 when there is none. */
  firstStartedAt: number;
  lastNoticedAt: number;
  /** Time for which workers had a shard, ms. */
  workerMs: number;
  queuedMs: number;
  coreWaitMs: number;
  blockedMs: number;
  totals: ReportTotals;
}

/** Whose times are kept one by one: some 30 MB of calls, and as much of shards. */
const MAX_CALLS = 1_000_000;
const MAX_SHARDS = 50_000;

export class ShardTimesLog {
  #shards: ShardTimes[] = [];
  #calls = 0;
  #earlier: TimesSummary | undefined;
  #forgetsEarly = false;
  /** What workers asked of the job's store. */
  readonly requests: StoreRequests = { reads: 0, writes: 0, lists: 0 };
  /** What came with answers of workers. */
  bytesAnswered = 0;
  #found = { calls: 0, lastAt: 0 };

  /** Those that are kept, in the order in which they became known. */
  get shards(): readonly ShardTimes[] {
    return this.#shards;
  }

  /** From now on, of very many only the last ones are kept: for a stream, which may never end. */
  forgetEarly(): void {
    this.#forgetsEarly = true;
  }

  add(times: ShardTimes): void {
    this.#shards.push(times);
    this.#calls += times.runMs.length;
    if (!this.#forgetsEarly) return;
    if (this.#shards.length > MAX_SHARDS || (this.#calls > MAX_CALLS && this.#shards.length > 1)) this.#forgetHalf();
  }

  /**
   * Results of so many calls were found in the cache.
   *
   * @param at Unix time at which they were, ms
   */
  addFound(calls: number, at: number): void {
    this.#found = { calls: this.#found.calls + calls, lastAt: Math.max(this.#found.lastAt, at) };
  }

  addRequests({ reads, writes, lists }: StoreRequests): void {
    this.requests.reads += reads;
    this.requests.writes += writes;
    this.requests.lists += lists;
  }

  /** Of all, also those that are not kept. */
  summary(): TimesSummary {
    const { calls, lastAt } = this.#found;
    const found = { ...summaryOf([]), cacheHits: calls, lastNoticedAt: lastAt };
    const kept = together(found, summaryOf(this.#shards));
    return this.#earlier ? together(this.#earlier, kept) : kept;
  }

  #forgetHalf(): void {
    const half = this.#shards.splice(0, Math.ceil(this.#shards.length / 2));
    this.#calls -= sum(half, ({ runMs }) => runMs.length);
    const forgotten = summaryOf(half);
    this.#earlier = this.#earlier ? together(this.#earlier, forgotten) : forgotten;
  }
}

function summaryOf(shards: readonly ShardTimes[]): TimesSummary {
  return {
    shards: shards.length,
    calls: sum(shards, ({ runMs }) => runMs.length),
    retried: sum(shards, ({ attempts }) => attempts.filter((count) => count > 1).length),
    tries: sum(shards, ({ attempts }) => total(attempts)),
    workers: new Set(shards.map(({ worker }) => worker)),
    places: summaryByPlace(shards),
    atOnce: workersAtOnce(shards),
    sharedCores: leastOf(shards.map(({ sharedCores }) => sharedCores)),
    firstStartedAt: shards.reduce((first, { startedAt }) => Math.min(first, startedAt), Number.POSITIVE_INFINITY),
    cacheHits: 0,
    lastNoticedAt: shards.reduce((last, { noticedAt }) => Math.max(last, noticedAt), 0),
    workerMs: sum(shards, ({ startedAt, storedAt }) => storedAt - startedAt),
    queuedMs: sum(shards, ({ queuedMs }) => queuedMs),
    coreWaitMs: sum(shards, ({ coreWaitMs }) => coreWaitMs),
    blockedMs: sum(shards, ({ blockedMs }) => blockedMs),
    totals: totalsOf(shards),
  };
}

function together(a: TimesSummary, b: TimesSummary): TimesSummary {
  const names = Object.keys(a.totals) as (keyof ReportTotals)[];
  const totals = Object.fromEntries(names.map((name) => [name, a.totals[name] + b.totals[name]]));
  return {
    shards: a.shards + b.shards,
    calls: a.calls + b.calls,
    retried: a.retried + b.retried,
    tries: a.tries + b.tries,
    workers: new Set([...a.workers, ...b.workers]),
    places: placesTogether(a.places, b.places),
    atOnce: Math.max(a.atOnce, b.atOnce),
    sharedCores: leastOf([a.sharedCores, b.sharedCores]),
    firstStartedAt: Math.min(a.firstStartedAt, b.firstStartedAt),
    cacheHits: a.cacheHits + b.cacheHits,
    lastNoticedAt: Math.max(a.lastNoticedAt, b.lastNoticedAt),
    workerMs: a.workerMs + b.workerMs,
    queuedMs: a.queuedMs + b.queuedMs,
    coreWaitMs: a.coreWaitMs + b.coreWaitMs,
    blockedMs: a.blockedMs + b.blockedMs,
    totals: totals as ReportTotals,
  };
}

/** Shards that were stored in pieces lie beside each other on one worker. */
function workersAtOnce(shards: readonly ShardTimes[]): number {
  const most = mostAtOnce(shards.map(({ startedAt, storedAt }) => ({ from: startedAt, to: storedAt })));
  return Math.min(most, new Set(shards.map(({ worker }) => worker)).size);
}

function totalsOf(shards: readonly ShardTimes[]): ReportTotals {
  return {
    startMs: sum(shards, (shard) => shard.startMs),
    fetchMs: sum(shards, (shard) => shard.fetchMs),
    setupMs: sum(shards, (shard) => shard.setupMs),
    runMs: sum(shards, (shard) => total(shard.runMs)),
    cpuMs: sum(shards, (shard) => total(shard.cpuMs ?? [])),
    writeMs: sum(shards, (shard) => shard.writeMs),
    noticeMs: sum(shards, (shard) => shard.noticeMs),
  };
}

function leastOf(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? known.reduce((least, number) => Math.min(least, number)) : undefined;
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((added, item) => added + amount(item), 0);
}

function total(numbers: ArrayLike<number>): number {
  let added = 0;
  for (let i = 0; i < numbers.length; i++) added += numbers[i] as number;
  return added;
}
