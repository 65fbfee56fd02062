/** Where a job's time went, and what running it in parallel gained. */
import { type CallOutput, NO_OUTPUT } from "../errors.js";

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

/** One run of the job's setup. */
export interface SetupTimes {
  worker: string;
  /** Shard before whose calls it ran. */
  shard: string;
  setupMs: number;
  /** What it wrote. */
  output: CallOutput;
}

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

/** What is known of a job. */
interface ReportedJob {
  jobId: string;
  times: readonly ShardTimes[];
  copies: JobReport["copies"];
  submittedAt: number;
}

export class JobReport {
  readonly jobId: string;
  /** Calls whose worker has reported. */
  readonly calls: number;
  readonly shards: number;
  /** Calls that were tried more than once. */
  readonly retried: number;
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
  readonly #shards: readonly ShardTimes[];

  /** @internal Reports come from `job.report()`. */
  constructor({ jobId, times, copies, submittedAt }: ReportedJob) {
    const shards = [...times];
    const wallMs = shards.reduce((last, shard) => Math.max(last, shard.noticedAt), submittedAt) - submittedAt;
    this.jobId = jobId;
    this.copies = { ...copies };
    this.#shards = shards;
    this.shards = shards.length;
    this.calls = sum(shards, (shard) => shard.runMs.length);
    this.retried = sum(shards, ({ attempts }) => attempts.filter((count) => count > 1).length);
    this.workers = new Set(shards.map((shard) => shard.worker)).size;
    this.wallMs = wallMs;
    this.totals = totalsOf(shards);
    this.sequentialMs = this.totals.runMs;
    this.speedUp = wallMs > 0 ? this.sequentialMs / wallMs : 0;
  }

  /** Times of each call, in the order of the calls. */
  get perCall(): CallTimes[] {
    const calls = this.#shards.flatMap(({ first, runMs, attempts, noticedAt: _, setupOutput: __, ...times }) =>
      Array.from(runMs, (run, i) => ({ index: first + i, ...times, attempts: attempts[i] as number, runMs: run })),
    );
    return calls.sort((a, b) => a.index - b.index);
  }

  /** Each run of the job's setup, in the order in which its shards became known. */
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
    const retried = this.retried > 0 ? `, ${this.retried} tried again` : "";
    return started > 0 ? `${retried}, ${started} shards copied (${won} first)` : retried;
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
    setupMs: sum(shards, (shard) => shard.setupMs),
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
