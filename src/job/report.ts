/** Where a job's time went, and what running it in parallel gained. */
import { type CallOutput, NO_OUTPUT } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";
import type { CallTimes, ReportTotals, ShardTimes, ShardTimesLog } from "./shard-times.js";

export type { CallTimes, ReportTotals } from "./shard-times.js";

/** One run of the job's setup. */
export interface SetupTimes {
  worker: string;
  /** Shard before whose calls it ran. */
  shard: string;
  setupMs: number;
  /** What it wrote. */
  output: CallOutput;
}

/** What was asked of the job's store: to find what a job costs, and that its values do not pass through the host. */
export interface ReportRequests {
  /** By workers, for shards that have ended; signs of life of polled workers, and what calls themselves read and write, left out. */
  readonly workers: StoreRequests;
  /** By this host. */
  readonly host: StoreRequests;
  /** That this host read from the store, or got with answers of workers. */
  readonly hostBytes: number;
}

/** What is known of a job. */
interface ReportedJob {
  jobId: string;
  times: Pick<ShardTimesLog, "shards" | "summary" | "requests" | "bytesAnswered">;
  /** Absent where this host asked for nothing. */
  counted?: { requests: StoreRequests; bytesRead: number } | undefined;
  copies: JobReport["copies"];
  submittedAt: number;
}

const NO_REQUESTS: StoreRequests = { reads: 0, writes: 0, lists: 0 };

/** The reports of the jobs that something was made of. */
export interface ReportsOption {
  /**
   * Is called with them before the promise settles: that of the map, and those of the reducers, level by level; of `job.reduce()`, those
   * of the reducers.
   */
  reports?: ((reports: readonly JobReport[]) => void) | undefined;
}

export class JobReport {
  readonly jobId: string;
  /** Calls whose worker has reported. */
  readonly calls: number;
  readonly shards: number;
  /** Calls that were tried more than once. */
  readonly retried: number;
  /** Calls that did not run, since their results were found in the cache. They are in none of the other numbers. */
  readonly cacheHits: number;
  /** Workers that ran at least one shard. */
  readonly workers: number;
  /** Copies of shards that lagged, and how many of them were first. */
  readonly copies: { readonly started: number; readonly won: number };
  /** From `map()` to the last result known, ms. */
  readonly wallMs: number;
  /** Sum of all run times: what one worker would have needed for the calls alone, ms. */
  readonly sequentialMs: number;
  /** `sequentialMs / wallMs`. */
  readonly speedUp: number;
  readonly totals: ReportTotals;
  readonly requests: ReportRequests;
  readonly #shards: readonly ShardTimes[];

  /** @internal Reports come from `job.report()`. */
  constructor({ jobId, times, copies, submittedAt, counted }: ReportedJob) {
    const { shards, calls, retried, workers, cacheHits, lastNoticedAt, totals } = times.summary();
    const wallMs = Math.max(lastNoticedAt, submittedAt) - submittedAt;
    this.jobId = jobId;
    this.copies = { ...copies };
    this.#shards = [...times.shards];
    this.shards = shards;
    this.calls = calls;
    this.retried = retried;
    this.cacheHits = cacheHits;
    this.workers = workers.size;
    this.wallMs = wallMs;
    this.totals = totals;
    const hostBytes = (counted?.bytesRead ?? 0) + times.bytesAnswered;
    this.requests = { workers: { ...times.requests }, host: { ...NO_REQUESTS, ...counted?.requests }, hostBytes };
    this.sequentialMs = this.totals.runMs;
    this.speedUp = wallMs > 0 ? this.sequentialMs / wallMs : 0;
  }

  /** Times of each call, in the order of the calls; of a stream with very many, those of the last ones. */
  get perCall(): CallTimes[] {
    const calls = this.#shards.flatMap(({ first, runMs, attempts, noticedAt: _, setupOutput: __, ...times }) =>
      Array.from(runMs, (run, i) => ({ index: first + i, ...times, attempts: attempts[i] as number, runMs: run })),
    );
    return calls.sort((a, b) => a.index - b.index);
  }

  /** Each run of the job's setup, in the order in which its shards became known; of a stream, as `perCall`. */
  get setups(): SetupTimes[] {
    return this.#shards
      .filter(({ setupMs }) => setupMs > 0)
      .map(({ worker, shard, setupMs, setupOutput: output = NO_OUTPUT }) => ({ worker, shard, setupMs, output }));
  }

  toJSON(): object {
    return { ...this, setups: this.setups, perCall: this.perCall };
  }

  toString(): string {
    const { totals } = this;
    const names = (Object.keys(totals) as (keyof ReportTotals)[]).filter(
      (name) => name !== "setupMs" || totals[name] > 0,
    );
    const part = (name: keyof ReportTotals) => `${name.slice(0, -2)} ${ms(totals[name])}`;
    return [
      `job ${this.jobId}: ${this.calls} calls in ${this.shards} shards on ${this.workers} workers${this.#told()}`,
      `  wall ${ms(this.wallMs)}, sequential ${ms(this.sequentialMs)}, speed-up ${this.speedUp.toFixed(2)}x`,
      `  summed: ${names.map(part).join(", ")}`,
    ].join("\n");
  }

  /** What is rare. */
  #told(): string {
    const { started, won } = this.copies;
    const found = this.cacheHits > 0 ? `, ${this.cacheHits} calls from the cache` : "";
    const retried = this.retried > 0 ? `, ${this.retried} tried again` : "";
    const copied = started > 0 ? `, ${started} shards copied (${won} first)` : "";
    return found + retried + copied;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function ms(value: number): string {
  return value < 10_000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(1)} s`;
}
