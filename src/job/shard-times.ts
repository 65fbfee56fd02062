/** Times of a job's shards as they come in: each of them, or of a stream that has very many the sums of the earlier ones. */
import type { CallOutput } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";

/** Times of one call, ms. All but `runMs` are those of its shard. */
export interface CallTimes {
  index: number;
  /** Shard in which the call ran. */
  shard: string;
  worker: string;
  /** From `map()` until the shard was handed to the backend. */
  queueMs: number;
  /** From there until a worker began with the shard: start of a process or an environment, and the way there. */
  startMs: number;
  /** To fetch and prepare function and inputs. */
  fetchMs: number;
  /** In the job's setup, for the first shard of each worker; 0 for the others. */
  setupMs: number;
  /** Tries that the call got. */
  attempts: number;
  /** In the user's function. */
  runMs: number;
  /** To store the result object. */
  writeMs: number;
  /** From the stored result until the host knew it. */
  noticeMs: number;
}

/** The same times added up over shards; `runMs` over calls. */
export type ReportTotals = Pick<
  CallTimes,
  "queueMs" | "startMs" | "fetchMs" | "setupMs" | "runMs" | "writeMs" | "noticeMs"
>;

/** Times of a finished shard, as the host notes them. */
export interface ShardTimes extends Omit<CallTimes, "index" | "runMs" | "attempts"> {
  /** Index of its first call. */
  first: number;
  /** Unix time at which the host knew its result, ms. */
  noticedAt: number;
  /** What the setup wrote that ran before its calls; undefined when none ran, or when it wrote nothing. */
  setupOutput?: CallOutput | undefined;
  /** Run time of each of its calls, ms. */
  runMs: Float64Array;
  /** Tries that each of its calls got. */
  attempts: Uint32Array;
}

/** What a report says of all shards together. */
export interface TimesSummary {
  shards: number;
  calls: number;
  /** Calls that were tried more than once. */
  retried: number;
  workers: ReadonlySet<string>;
  /** Calls that did not run, since their results were found in the cache. */
  cacheHits: number;
  /** Unix time, ms; 0 when there is none. */
  lastNoticedAt: number;
  totals: ReportTotals;
}

/** Whose times are kept one by one: some 20 MB of calls, and as much of shards. */
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
    workers: new Set(shards.map(({ worker }) => worker)),
    cacheHits: 0,
    lastNoticedAt: shards.reduce((last, { noticedAt }) => Math.max(last, noticedAt), 0),
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
    workers: new Set([...a.workers, ...b.workers]),
    cacheHits: a.cacheHits + b.cacheHits,
    lastNoticedAt: Math.max(a.lastNoticedAt, b.lastNoticedAt),
    totals: totals as unknown as ReportTotals,
  };
}

function totalsOf(shards: readonly ShardTimes[]): ReportTotals {
  return {
    queueMs: sum(shards, (shard) => shard.queueMs),
    startMs: sum(shards, (shard) => shard.startMs),
    fetchMs: sum(shards, (shard) => shard.fetchMs),
    setupMs: sum(shards, (shard) => shard.setupMs),
    runMs: sum(shards, (shard) => shard.runMs.reduce((total, run) => total + run, 0)),
    writeMs: sum(shards, (shard) => shard.writeMs),
    noticeMs: sum(shards, (shard) => shard.noticeMs),
  };
}

export function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
