/** A stored job that somebody looks at, while others drive it, or nobody does. */
import { JobReport } from "../job/report.js";
import { reportData } from "../job/report-data.js";
import { DEFAULT_STORE_PATIENCE_MS } from "../options.js";
import type { Store } from "../stores/store.js";
import type { ReportData } from "../view/report-data.js";
import type { JobRecord } from "../wire/job-record.js";
import { FEW_PREVIEWS, MOST_PREVIEWS } from "./call-previews.js";
import { cancellationOf } from "./cancellation.js";
import { DriverWatch } from "./driver.js";
import { follow } from "./follow.js";
import { StreamFollower } from "./follow-stream.js";
import type { JobRun, Task } from "./job-run.js";
import { patientStore } from "./patient-store.js";
import { openJob, storedRun, tasksOf } from "./read-job.js";
import { JobDetailsReader, reportOf } from "./report-of.js";
import { ResultReader } from "./result-reader.js";

export class WatchedJob {
  readonly #run: JobRun;
  readonly #reader: ResultReader;
  readonly #details: JobDetailsReader;
  readonly #stream: StreamFollower | undefined;
  readonly #watch: DriverWatch;
  #open: Task[];
  #isLeft = false;
  #sinceSignMs = 0;

  /** Rejects with `StoreError` when the store has none of that id. */
  static async open(store: Store, jobId: string, signal: AbortSignal): Promise<WatchedJob> {
    const run = storedRun(patientStore(store, DEFAULT_STORE_PATIENCE_MS, signal), jobId, signal);
    return new WatchedJob(run, await openJob(run));
  }

  private constructor(run: JobRun, record: JobRecord) {
    this.#run = run;
    this.#reader = new ResultReader(run);
    this.#watch = new DriverWatch(run);
    this.#details = new JobDetailsReader(run);
    this.#stream = record.isStream ? new StreamFollower(run, record) : undefined;
    this.#open = this.#stream ? [] : tasksOf(record.segments);
  }

  /** Whether no more will come. */
  get isOver(): boolean {
    return this.#run.outcomes.isSettled;
  }

  /**
   * Reads what was stored since the last look. Rejects with `StoreError`.
   *
   * @param passedMs time since then
   */
  async look(passedMs = 0): Promise<void> {
    if (this.isOver) return;
    if (this.#stream?.isOpen) this.#open.push(...(await this.#stream.next(false)));
    this.#open = await follow(this.#run, this.#reader, this.#open);
    const cancelled = this.isOver ? undefined : await cancellationOf(this.#run);
    if (cancelled) this.#run.outcomes.fail(cancelled);
    await this.#lookForDriver(passedMs);
  }

  /** As rarely as drivers give signs. */
  async #lookForDriver(passedMs: number): Promise<void> {
    this.#sinceSignMs += passedMs;
    if (this.#sinceSignMs < this.#run.driverTimes.signMs) return;
    this.#isLeft = await this.#watch.isGone(this.#sinceSignMs);
    this.#sinceSignMs = 0;
  }

  /** As of the last look. */
  report(): JobReport {
    return reportOf(this.#run);
  }

  /**
   * The report as of the last look, as data for its page.
   *
   * @param from how many shards the page has already
   */
  async data(from: number): Promise<ReportData> {
    const { functionName, submittedAt, times } = this.#run;
    const report = new JobReport(this.#run);
    const numbers = { ...report, runTimes: report.runTimes, functionName, submittedAt };
    const shardTimes = times.shards.slice(from);
    const details = await this.#details.read(this.isOver ? MOST_PREVIEWS : FEW_PREVIEWS);
    return reportData({ ...numbers, shardTimes }, { ...details, isLeft: this.#isLeft });
  }
}
