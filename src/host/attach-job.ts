/** Follows a job that is in the store, and drives it when nobody else does. */
import { CancelledError } from "../errors.js";
import { Job } from "../job/job.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { pause } from "../util/abort.js";
import { now } from "../util/time.js";
import type { JobRecord } from "../wire/job-record.js";
import { cancellationOf, markCancelled } from "./cancellation.js";
import { DriverWatch, drive } from "./driver.js";
import { Echo } from "./echo.js";
import { endDelivery } from "./end-delivery.js";
import { follow } from "./follow.js";
import { StreamFollower } from "./follow-stream.js";
import { JobDelivery } from "./job-delivery.js";
import type { JobRun, Task } from "./job-run.js";
import { endTrace, openTrace } from "./open-trace.js";
import { outputStoreOfRecord } from "./output-store.js";
import { patientStore } from "./patient-store.js";
import { progressOf, showProgress } from "./progress.js";
import { openJob, runOf, tasksOf } from "./read-job.js";
import { replayCall } from "./replay.js";
import { reportOf } from "./report-of.js";
import { ResultReader } from "./result-reader.js";
import { toDrive } from "./resume.js";
import { resumedCache } from "./resume-cache.js";
import { sourceOf } from "./source-of.js";
import { asNodewrenError, type Binding, followSignal, newController, type StartedJob } from "./started-job.js";

/** Time between two looks at what another host drives, ms, where the backend names none. */
const FOLLOW_MS = 500;

export type AttachOptions = Pick<JobOptions, "signal" | "progress" | "echo" | "storePatienceMs" | "env" | "trace"> & {
  /**
   * Drives the job at once: what has no result yet runs on this executor's backend. Default `false`: only when its driver has
   * given no sign for a minute.
   */
  resume?: boolean | undefined;
};

/** The job rejects with `StoreError` when the store has none of that id. */
export function attachJob<R>(binding: Binding, jobId: string, options: AttachOptions): StartedJob<R> {
  const controller = newController();
  const { storePatienceMs = DEFAULT_STORE_PATIENCE_MS } = options;
  const store = patientStore(binding.store, storePatienceMs, controller.signal);
  const echo = options.echo ? new Echo() : undefined;
  const run = { ...runOf({ ...binding, store }, jobId, controller.signal, storePatienceMs), echo };
  const { outcomes } = run;
  const state = { isCancelled: false };
  const end = (reason: CancelledError) => {
    if (outcomes.isSettled) return;
    outcomes.fail(reason);
    run.onProgress();
    controller.abort(reason);
  };
  const cancel = (why: string, cause?: unknown) => {
    if (outcomes.isSettled) return;
    state.isCancelled = true;
    end(new CancelledError(jobId, why, { cause }));
    markCancelled(run, why).catch(() => {});
  };
  const job = new Job(jobId, outcomes as CallOutcomes<R>, {
    source: sourceOf(run, undefined, () => false),
    cancel,
    report: () => reportOf(run),
    ended: () => ended,
    reduce: binding.reduce,
    replay: (index) => replayCall({ ...run, index, env: run.settings.env }),
  });
  const ended = seeThrough(run, options, { end, cancel, isCancelled: () => state.isCancelled });
  followSignal(options.signal, cancel, ended);
  // The job is not this executor's own: it stays as it is, for its driver or the next one.
  const close = (why: string) => end(new CancelledError(jobId, `${why}; the job itself stays in the store`));
  return { job, outcomes: outcomes as CallOutcomes<R>, close, ended };
}

interface Ends {
  end(reason: CancelledError): void;
  cancel(why: string): void;
  /** Whether the job was cancelled from here, and not just left. */
  isCancelled(): boolean;
}

async function seeThrough(run: JobRun, options: AttachOptions, { end, cancel, isCancelled }: Ends): Promise<void> {
  const view = showProgress(options.progress ?? true, () => run.functionName);
  let drives = false;
  try {
    const record = await openJob(run);
    if (options.trace) run.trace = await openTrace(options.trace, run, now(), record.traceparent);
    run.onProgress = progressOf(run, view, cancel);
    run.delivery = await deliveryOf(run, record);
    if (run.delivery) run.outcomes.hold();
    run.onProgress();
    drives = (await settleAll(run, record, options, end)).drives;
  } catch (error) {
    run.outcomes.fail(asNodewrenError(error));
  } finally {
    view.stop();
    endTrace(run);
    // Whoever only leaves the job leaves its output to others.
    const isOver = !run.signal.aborted || isCancelled();
    await endDelivery(run, () => (isOver ? finishDelivery(run, drives) : undefined));
  }
}

async function driveOn(run: JobRun, open: readonly Task[], end: (reason: CancelledError) => void): Promise<void> {
  try {
    await drive(run, new ResultReader(run), open, end);
  } finally {
    await run.cache?.end();
  }
}

async function deliveryOf({ jobId, store, settings, signal }: JobRun, { delivery }: JobRecord) {
  if (!delivery) return undefined;
  const place = await outputStoreOfRecord(delivery.store, store);
  return new JobDelivery(jobId, delivery, patientStore(place, settings.storePatienceMs, signal));
}

/** Who may only read gets the results all the same. */
async function finishDelivery({ delivery, outcomes }: JobRun, drives: boolean): Promise<void> {
  if (drives) await delivery?.finish(outcomes);
  else await delivery?.finishForDriver(outcomes).catch(() => {});
}

/** From what is stored to what is not: whoever drives, each shard ends with an object in the store. */
async function settleAll(
  run: JobRun,
  record: JobRecord,
  options: AttachOptions,
  end: (reason: CancelledError) => void,
): Promise<{ drives: boolean }> {
  const reader = new ResultReader(run);
  const watch = new DriverWatch(run);
  const pollMs = run.backend.limits.pollMs ?? FOLLOW_MS;
  const stream = record.isStream ? new StreamFollower(run, record) : undefined;
  let open = stream ? [] : tasksOf(record.segments);
  for (let mayDrive = options.resume ?? false; ; mayDrive = await watch.isGone(pollMs)) {
    if (stream?.isOpen) open.push(...(await stream.next(mayDrive)));
    open = await follow(run, reader, open);
    if (run.outcomes.isSettled) return { drives: false };
    const cancelled = await cancellationOf(run);
    if (cancelled) {
      end(cancelled);
      return { drives: false };
    }
    if (mayDrive) {
      await run.delivery?.claim();
      const driven = { ...(await toDrive(run, record, options)), cache: await resumedCache(run, record, open) };
      await driveOn(driven, open, end);
      return { drives: true };
    }
    await pause(pollMs, run.signal);
  }
}
