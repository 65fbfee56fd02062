/** Where a job's time went, and what running it in parallel gained. */

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
  /** In the user's function. */
  runMs: number;
  /** To store the result object. */
  writeMs: number;
  /** From the stored result until the host knew it. */
  noticeMs: number;
}

/** The same times added up over shards; `runMs` over calls. */
export type ReportTotals = Pick<CallTimes, "queueMs" | "startMs" | "fetchMs" | "runMs" | "writeMs" | "noticeMs">;

/** Times of a finished shard, as the host notes them. */
export interface ShardTimes extends Omit<CallTimes, "index" | "runMs"> {
  /** Index of its first call. */
  first: number;
  /** Unix time at which the host knew its result, ms. */
  noticedAt: number;
  /** Run time of each of its calls, ms. */
  runMs: Float64Array;
}

export class JobReport {
  readonly jobId: string;
  /** Calls whose worker has reported. */
  readonly calls: number;
  readonly shards: number;
  /** Workers that ran at least one shard. */
  readonly workers: number;
  /** From `map()` to the last result known, ms. */
  readonly wallMs: number;
  /** Sum of all run times: what one worker would have needed for the calls alone, ms. */
  readonly sequentialMs: number;
  /** `sequentialMs / wallMs`. */
  readonly speedUp: number;
  readonly totals: ReportTotals;
  readonly #shards: readonly ShardTimes[];

  /** @internal Reports come from `job.report()`. */
  constructor({ jobId, times, submittedAt }: { jobId: string; times: readonly ShardTimes[]; submittedAt: number }) {
    const shards = [...times];
    const wallMs = shards.reduce((last, shard) => Math.max(last, shard.noticedAt), submittedAt) - submittedAt;
    this.jobId = jobId;
    this.#shards = shards;
    this.shards = shards.length;
    this.calls = sum(shards, (shard) => shard.runMs.length);
    this.workers = new Set(shards.map((shard) => shard.worker)).size;
    this.wallMs = wallMs;
    this.totals = totalsOf(shards);
    this.sequentialMs = this.totals.runMs;
    this.speedUp = wallMs > 0 ? this.sequentialMs / wallMs : 0;
  }

  /** Times of each call, in the order of the calls. */
  get perCall(): CallTimes[] {
    const calls = this.#shards.flatMap(({ first, runMs, noticedAt: _, ...times }) =>
      Array.from(runMs, (run, i) => ({ index: first + i, ...times, runMs: run })),
    );
    return calls.sort((a, b) => a.index - b.index);
  }

  toJSON(): object {
    return { ...this, perCall: this.perCall };
  }

  toString(): string {
    const { totals } = this;
    const part = (name: keyof ReportTotals) => `${name.slice(0, -2)} ${ms(totals[name])}`;
    return [
      `job ${this.jobId}: ${this.calls} calls in ${this.shards} shards on ${this.workers} workers`,
      `  wall ${ms(this.wallMs)}, sequential ${ms(this.sequentialMs)}, speed-up ${this.speedUp.toFixed(2)}x`,
      `  summed: ${(Object.keys(totals) as (keyof ReportTotals)[]).map(part).join(", ")}`,
    ].join("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function totalsOf(shards: readonly ShardTimes[]): ReportTotals {
  return {
    queueMs: sum(shards, (shard) => shard.queueMs),
    startMs: sum(shards, (shard) => shard.startMs),
    fetchMs: sum(shards, (shard) => shard.fetchMs),
    runMs: sum(shards, (shard) => shard.runMs.reduce((total, run) => total + run, 0)),
    writeMs: sum(shards, (shard) => shard.writeMs),
    noticeMs: sum(shards, (shard) => shard.noticeMs),
  };
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function ms(value: number): string {
  return value < 10_000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(1)} s`;
}
