/** Follows a job that is in the store, and drives it when nobody else does. */
import { CancelledError, InvokeError } from "../errors.js";
import { Job } from "../job/job.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { JobReport } from "../job/report.js";
import { DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { pause } from "../util/abort.js";
import { type JobRecord, shardsOf } from "../wire/job-record.js";
import { cancellationOf, markCancelled } from "./cancellation.js";
import { DriverWatch, drive } from "./driver.js";
import { follow } from "./follow.js";
import type { JobRun, Task } from "./job-run.js";
import { patientStore } from "./patient-store.js";
import { progressOf, showProgress } from "./progress.js";
import { openJob, runOf, tasksOf } from "./read-job.js";
import { readNewSegments, readStreamEnd } from "./read-record.js";
import { replayCall } from "./replay.js";
import { ResultReader } from "./result-reader.js";
import { toDrive } from "./resume.js";
import { asNodewrenError, type Binding, followSignal, newController, type StartedJob } from "./started-job.js";
import { storeStreamEnd } from "./store-segment.js";

const HOST_GONE = "the host that read them is gone, and only that one had their source.";

/** Time between two looks at what another host drives, ms, where the backend names none. */
const FOLLOW_MS = 500;

export type AttachOptions = Pick<JobOptions, "signal" | "progress" | "storePatienceMs" | "env"> & {
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
  const run = runOf({ ...binding, store }, jobId, controller.signal, storePatienceMs);
  const { outcomes } = run;
  const end = (reason: CancelledError) => {
    if (outcomes.isComplete) return;
    outcomes.fail(reason);
    run.onProgress();
    controller.abort(reason);
  };
  const cancel = (why: string, cause?: unknown) => {
    if (outcomes.isComplete) return;
    end(new CancelledError(jobId, why, { cause }));
    markCancelled(run, why).catch(() => {});
  };
  const job = new Job(jobId, outcomes as CallOutcomes<R>, {
    cancel,
    report: () => new JobReport(run),
    ended: () => ended,
    replay: (index) => replayCall({ ...run, index, env: run.settings.env }),
  });
  const ended = seeThrough(run, options, { end, cancel });
  followSignal(options.signal, cancel, ended);
  // The job is not this executor's own: it stays as it is, for its driver or the next one.
  const close = (why: string) => end(new CancelledError(jobId, `${why}; the job itself stays in the store`));
  return { job, outcomes: outcomes as CallOutcomes<R>, close, ended };
}

async function seeThrough(
  run: JobRun,
  options: AttachOptions,
  { end, cancel }: { end(reason: CancelledError): void; cancel(why: string): void },
): Promise<void> {
  const view = showProgress(options.progress ?? true);
  try {
    const record = await openJob(run);
    run.onProgress = progressOf(run, view, cancel);
    run.onProgress();
    await settleAll(run, record, options, end);
  } catch (error) {
    run.outcomes.fail(asNodewrenError(error));
  } finally {
    view.stop();
  }
}

/** From what is stored to what is not: whoever drives, each shard ends with an object in the store. */
async function settleAll(
  run: JobRun,
  record: JobRecord,
  options: AttachOptions,
  end: (reason: CancelledError) => void,
): Promise<void> {
  const reader = new ResultReader(run);
  const watch = new DriverWatch(run);
  const pollMs = run.backend.limits.pollMs ?? FOLLOW_MS;
  let open = tasksOf(record.segments);
  for (let mayDrive = options.resume ?? false; ; mayDrive = await watch.isGone(pollMs)) {
    if (run.outcomes.total === undefined) open.push(...(await takeStored(run, record, mayDrive)));
    open = await follow(run, reader, open);
    if (run.outcomes.isComplete) return;
    const cancelled = await cancellationOf(run);
    if (cancelled) return end(cancelled);
    if (mayDrive) return drive(await toDrive(run, record, options), reader, open, end);
    await pause(pollMs, run.signal);
  }
}

/** What a stream's host has stored since the last look; when that host is gone, it is all that will ever come. */
async function takeStored(run: JobRun, record: JobRecord, isHostGone: boolean): Promise<Task[]> {
  const { store, jobId, outcomes } = run;
  if (isHostGone) await storeStreamEnd(run, record.segments.length, HOST_GONE);
  // Before the segments, of which more may come until there is an end.
  const streamEnd = await readStreamEnd(store, jobId);
  const known = record.segments.length;
  const segments = await readNewSegments(store, record);
  outcomes.take(shardsOf({ segments }).reduce((sum, { count }) => sum + count, 0));
  if (streamEnd)
    outcomes.endStream(streamEnd.failure === null ? undefined : { error: cutStream(run, streamEnd.failure) });
  return tasksOf(segments, known);
}

function cutStream({ jobId, outcomes }: JobRun, why: string): InvokeError {
  return new InvokeError(`The inputs of job ${jobId} were not read beyond the first ${outcomes.taken}: ${why}`);
}
