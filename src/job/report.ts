/** Where a job's time went, and what running it in parallel gained. */
import { writeFile } from "node:fs/promises";
import type { Cost } from "../cost/cost.js";
import { type Costing, costsOfJob } from "../cost/costing.js";
import { type CallOutput, NO_OUTPUT, OptionError } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";
import { textOf } from "../util/describe-value.js";
import { DISPLAY, type DisplayData } from "../util/display.js";
import { linesHtml } from "../util/html.js";
import { drawJob, type JobPlot } from "../view/svg/job-plots.js";
import { type Percentiles, percentilesOf } from "./percentiles.js";
import { ELSEWHERE, type PlaceShare, sharesOf } from "./place-shares.js";
import { toCsv } from "./report-csv.js";
import { type JobDetails, reportData } from "./report-data.js";
import { describeReport } from "./report-text.js";
import type { CallTimes, ReportTotals, ShardTimes, ShardTimesLog } from "./shard-times.js";
import { workOf } from "./work.js";

export type { JobPlot } from "../view/svg/job-plots.js";
export type { Percentiles } from "./percentiles.js";
export type { PlaceShare } from "./place-shares.js";
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
  functionName?: string;
  times: Pick<ShardTimesLog, "shards" | "summary" | "requests" | "bytesAnswered">;
  /** Absent where this host asked for nothing. */
  counted?: { requests: StoreRequests; bytesRead: number } | undefined;
  /** Absent where nobody could bill. */
  costing?: Costing | undefined;
  /** Places that got no shards for a while, in that time (Unix times, ms); absent where there is one only. */
  leftOut?: ((from: number, to: number) => readonly { name: string; why: string }[]) | undefined;
  copies: JobReport["copies"];
  submittedAt: number;
  outcomes: { failureCodes: ReadonlyMap<string, number> };
  /** What else the page shows; absent where there is no more. */
  details?: () => Promise<JobDetails>;
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
/** A call is a straggler that ran for longer than so many times the middle one, and for so much longer, ms. */
const STRAGGLER_FACTOR = 3;
const STRAGGLER_MS = 100;

export class JobReport {
  readonly jobId: string;
  /** Calls whose worker has reported. */
  readonly calls: number;
  readonly shards: number;
  /** Calls that were tried more than once. */
  readonly retried: number;
  /** Tries at all calls together, as far as they were reported. */
  readonly tries: number;
  /** Calls that have failed, whoever said so. */
  readonly failed: number;
  /** How many have failed with which `code`, such as `{ CALL: 2, WORKER_LOST: 1 }`. */
  readonly failures: Readonly<Record<string, number>>;
  /** Calls that did not run, since their results were found in the cache. They are in none of the other numbers. */
  readonly cacheHits: number;
  /** Workers that ran at least one shard. */
  readonly workers: number;
  /** Most of them that had a shard at the same time. */
  readonly workersAtOnce: number;
  /** Cores of the machine that the workers share; undefined where each has its own. */
  readonly sharedCores: number | undefined;
  /** Copies of shards that lagged, and how many of them were first. */
  readonly copies: { readonly started: number; readonly won: number };
  /** From `map()` to the last result known, ms. */
  readonly wallMs: number;
  /** From `map()` until a worker began with the first of the job's shards, ms. */
  readonly queueMs: number;
  /**
   * What one worker would have needed for the calls alone, one after the other, ms: their run times, less the time in which they
   * waited for a core, or for others that ran at once in their thread. What child processes compute counts as waiting.
   */
  readonly sequentialMs: number;
  /** `sequentialMs / wallMs`: how many times as fast as one worker the job was. */
  readonly speedUp: number;
  /** `speedUp / workersAtOnce`: 1 would be perfect. */
  readonly efficiency: number;
  /** Time for which workers had a shard, ms, added up. */
  readonly workerMs: number;
  readonly totals: ReportTotals;
  readonly requests: ReportRequests;
  /** What the job costs, as far as it has run, in USD, by the prices of its place. */
  readonly cost: Cost;
  /** What ran where, and what is billed there. A backend by itself is the only place. */
  readonly places: readonly PlaceShare[];
  readonly #shards: readonly ShardTimes[];
  readonly #job: Pick<ReportedJob, "functionName" | "submittedAt" | "details">;

  /** @internal Reports come from `job.report()`. */
  constructor(job: ReportedJob) {
    const { jobId, times, copies, submittedAt, outcomes, counted, costing } = job;
    const summary = times.summary();
    const wallMs = Math.max(summary.lastNoticedAt, submittedAt) - submittedAt;
    this.jobId = jobId;
    this.copies = { ...copies };
    this.#shards = [...times.shards];
    this.#job = job;
    this.shards = summary.shards;
    this.calls = summary.calls;
    this.retried = summary.retried;
    this.tries = summary.tries;
    this.cacheHits = summary.cacheHits;
    this.failures = Object.fromEntries(outcomes.failureCodes);
    this.failed = Object.values(this.failures).reduce((sum, count) => sum + count, 0);
    this.workers = summary.workers.size;
    this.workersAtOnce = summary.atOnce;
    this.sharedCores = summary.sharedCores;
    this.wallMs = wallMs;
    this.queueMs = summary.shards > 0 ? Math.max(0, summary.firstStartedAt - submittedAt) : 0;
    this.totals = summary.totals;
    this.sequentialMs = workOf(summary);
    const hostBytes = (counted?.bytesRead ?? 0) + times.bytesAnswered;
    this.requests = { workers: { ...times.requests }, host: { ...NO_REQUESTS, ...counted?.requests }, hostBytes };
    this.workerMs = summary.workerMs;
    const workerMs = new Map(Array.from(summary.places, ([name, place]) => [name || ELSEWHERE, place.workerMs]));
    const costs = costsOfJob({ requests: this.requests, workerMs }, costing);
    this.cost = costs.all;
    this.places = sharesOf(summary.places, costs.byPlace, job.leftOut?.(submittedAt, submittedAt + wallMs) ?? []);
    this.speedUp = wallMs > 0 ? this.sequentialMs / wallMs : 0;
    this.efficiency = this.workersAtOnce > 0 ? this.speedUp / this.workersAtOnce : 0;
  }

  /** Times of each call, in the order of the calls; of a stream with very many, those of the last ones. */
  get perCall(): CallTimes[] {
    return this.#shards.flatMap(callsOf).sort((a, b) => a.index - b.index);
  }

  /** How long calls ran, ms; of a stream, as `perCall`. Undefined when there is none. */
  get runTimes(): Percentiles | undefined {
    return percentilesOf(this.#shards.map(({ runMs }) => runMs));
  }

  /** CPU time of calls, ms; as `runTimes`, of those whose worker told. */
  get cpuTimes(): Percentiles | undefined {
    return percentilesOf(this.#shards.flatMap(({ cpuMs }) => cpuMs ?? []));
  }

  /** Calls that ran for more than three times as long as the middle one, and for 100 ms more, the longest first. */
  get stragglers(): CallTimes[] {
    const median = this.runTimes?.p50 ?? 0;
    const longestMs = Math.max(median * STRAGGLER_FACTOR, median + STRAGGLER_MS);
    const lag = this.#shards.filter(({ runMs }) => runMs.some((ms) => ms > longestMs));
    const calls = lag.flatMap(callsOf).filter(({ runMs }) => runMs > longestMs);
    return calls.sort((a, b) => b.runMs - a.runMs);
  }

  /** Each run of the job's setup, in the order in which its shards became known; of a stream, as `perCall`. */
  get setups(): SetupTimes[] {
    return this.#shards
      .filter(({ setupMs }) => setupMs > 0)
      .map(({ worker, shard, setupMs, setupOutput: output = NO_OUTPUT }) => ({ worker, shard, setupMs, output }));
  }

  /** All that is known, as plain data: what `JSON.stringify(report)` writes. */
  toJSON(): object {
    const { runTimes, cpuTimes, setups, perCall } = this;
    return { ...this, runTimes, cpuTimes, setups, perCall };
  }

  /** The same as text in JSON. */
  toJson(): string {
    return JSON.stringify(this, undefined, 2);
  }

  /** `perCall` as a table: a line of names, then one line a call, with commas. Times are in ms, moments Unix times in ms. */
  toCsv(): string {
    return toCsv(this.perCall);
  }

  /**
   * A page for a browser, complete in one file, which asks no network for anything: timeline, run times, progress, failures, and of up to
   * 500 calls, the failed and the longest ones first, what they were given and gave, 200 characters of each.
   *
   * @param file where to write it, beside returning it; one that is there is replaced
   * @throws what Node throws for a file that cannot be written
   */
  async toHtml(file?: string | URL): Promise<string> {
    const { reportPage } = await import("../view/report-page.js");
    const html = await reportPage(this.#data(await this.#job.details?.()));
    if (file !== undefined) await writeFile(file, html);
    return html;
  }

  /**
   * A plot as SVG, such as for a paper: `"timeline"` of calls by worker; `"histogram"` of their run times; `"speed-up"` as it went over
   * the job's time.
   *
   * @throws OptionError
   */
  toSvg(plot: JobPlot): string {
    const svg = drawJob(plot, this.#data());
    if (svg !== undefined) return svg;
    throw new OptionError("plot", `toSvg() draws "timeline", "histogram" or "speed-up", but got ${textOf(plot)}.`);
  }

  /** @internal For the page, and what follows it. */
  #data(details?: JobDetails) {
    const { functionName = "", submittedAt } = this.#job;
    const { runTimes } = this;
    return reportData({ ...this, runTimes, functionName, submittedAt, shardTimes: this.#shards }, details);
  }

  toString(): string {
    return describeReport(this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** For notebooks: see `display()`. */
  [DISPLAY](): DisplayData {
    const text = this.toString();
    return { "text/plain": text, "text/html": linesHtml(text.split("\n")) };
  }
}

function callsOf(times: ShardTimes): CallTimes[] {
  const { shard, worker, first, queueMs, startMs, fetchMs, setupMs, writeMs, noticeMs } = times;
  return Array.from(times.runMs, (runMs, i) => {
    const startedAt = times.startedAt + (times.callStartMs[i] as number);
    return {
      index: first + i,
      shard,
      worker,
      ok: times.ok[i] === 1,
      attempts: times.attempts[i] as number,
      startedAt,
      endedAt: startedAt + runMs,
      queueMs,
      startMs,
      fetchMs,
      setupMs,
      runMs,
      cpuMs: times.cpuMs?.[i],
      writeMs,
      noticeMs,
    };
  });
}
