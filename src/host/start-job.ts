/** Makes a job of a captured function and its inputs, and sees it from there to its end. */
import { CancelledError, InvokeError } from "../errors.js";
import { checkItems } from "../inputs/item-classes.js";
import { Job } from "../job/job.js";
import { CallOutcomes } from "../job/outcomes.js";
import { cacheOptionsOf } from "../options/cache.js";
import { checkMinSuccessful } from "../options/completion.js";
import type { JobOptions } from "../options.js";
import { digestOf } from "../wire/digest.js";
import { markCancelled } from "./cancellation.js";
import type { CapturedJob } from "./capture-setups.js";
import { checkPlatform } from "./check-platform.js";
import type { Inputs } from "./encode-inputs.js";
import { endDelivery } from "./end-delivery.js";
import type { JobRun } from "./job-run.js";
import { functionsOf, newRun } from "./new-run.js";
import { endTrace, openTrace } from "./open-trace.js";
import { checkShards } from "./plan.js";
import { progressOf, showProgress } from "./progress.js";
import { type GivenInputs, Lists, readInputs } from "./read-inputs.js";
import { replayOwnCall } from "./replay.js";
import { reportOf } from "./report-of.js";
import { runGiven } from "./run-given.js";
import { sourceOf } from "./source-of.js";
import { asNodewrenError, type Binding, followSignal, newController, type StartedJob } from "./started-job.js";
import type { Uploads } from "./submit.js";

/** Throws `CaptureError`, `CodecError` and `OptionError` at once for inputs that are at hand; a stream fails the job. */
export function startJob<R>(
  binding: Binding,
  job: CapturedJob,
  inputs: Inputs<unknown> | Lists,
  options: JobOptions,
): StartedJob<R> {
  checkItems(job.items, binding.backend.reach);
  const outcomes = new CallOutcomes<R>(binding.startedAt);
  const given = readInputs(inputs, {
    classes: binding.classes,
    store: binding.store,
    outcomes,
    readsAll: options.shards !== undefined,
    byValue: cacheOptionsOf(options.cache) !== undefined,
  });
  const calls = callsOf(given);
  if (calls !== undefined) checkCount(calls, options);
  const controller = newController();
  // At once where they are known, so that the job has its futures.
  if (calls === undefined) outcomes.openStream(options.completion);
  else outcomes.open(calls, options.completion);
  const sources = given.kind === "array" ? [] : given.sources.jobIds;
  const fold = inputs instanceof Lists ? inputs.fold : undefined;
  const run = newRun(binding, job, { ...options, fold, sources }, outcomes as CallOutcomes<unknown>, controller.signal);
  if (run.delivery) outcomes.hold();
  let marked: Promise<void> | undefined;
  const cancel = (why: string, cause?: unknown) => {
    marked ??= cancelJob(run, controller, why, cause);
  };
  const source = sourceOf(run, binding.endedJobs, () => hasEnded);
  let hasEnded = false;
  const handle = new Job<R>(run.jobId, outcomes, {
    source,
    cancel,
    report: () => reportOf(run),
    ended: () => ended,
    replay: (index) => replayOwnCall(run, index),
    reduce: binding.reduce,
  });
  const uploads = { payloads: payloadsOf(job), broadcasts: job.broadcasts, packages: job.packages };
  const ends = { cancel, onCancelled: (reason: CancelledError) => endJob(run, controller, reason) };
  // A process that is about to be frozen, as a worker is whose call is a host, has to have told by then.
  const ended = seeThrough(run, { uploads, given, options, ends }).then(() => marked);
  void ended.then(() => {
    hasEnded = true;
    if (given.kind !== "array") given.sources.release();
  });
  followSignal(options.signal, cancel, ended);
  return { job: handle, outcomes, close: cancel, ended };
}

/** Undefined where nobody knows yet. */
function callsOf(given: GivenInputs): number | undefined {
  if (given.kind === "stream") return undefined;
  return given.kind === "array" ? given.encoded.count : given.dependencies.length;
}

/** Throws `OptionError` for what asks for more calls than there are. */
function checkCount(calls: number, options: JobOptions): void {
  checkShards(calls, options);
  checkMinSuccessful(calls, options.completion);
}

/** Of all its functions, by digest. */
export function payloadsOf(job: CapturedJob): Map<string, Uint8Array> {
  return new Map(functionsOf(job).map(({ bytes }) => [digestOf(bytes), bytes]));
}

interface Beginning {
  uploads: Uploads;
  given: GivenInputs;
  options: JobOptions;
  ends: { cancel(why: string): void; onCancelled(reason: CancelledError): void };
}

async function seeThrough(run: JobRun, { uploads, given, options, ends }: Beginning): Promise<void> {
  const view = showProgress(options.progress ?? true, () => run.functionName);
  try {
    if (options.trace) run.trace = await openTrace(options.trace, run, run.submittedAt);
    await run.backend.ready?.();
    run.signal.throwIfAborted();
    checkPlatform(run, options);
    await run.delivery?.claim();
    run.onProgress = progressOf(run, view, ends.cancel);
    run.onProgress();
    await runGiven(run, uploads, given, options, ends.onCancelled);
    // A net that should never catch anything: whatever was overlooked, no future may stay open.
    if (!run.outcomes.isSettled)
      throw new InvokeError(`Internal error: some calls of job ${run.jobId} never settled. Please report it.`);
  } catch (error) {
    if (given.kind === "stream") given.stream.close();
    run.outcomes.fail(asNodewrenError(error));
  } finally {
    view.stop();
    endTrace(run);
    await run.cache?.end();
    await endDelivery(run, () => run.delivery?.finish(run.outcomes));
  }
}

/** Resolves once that is in the store; undefined for a job that has settled. Never rejects. */
function cancelJob(run: JobRun, controller: AbortController, why: string, cause?: unknown): Promise<void> | undefined {
  if (run.outcomes.isSettled) return undefined;
  endJob(run, controller, new CancelledError(run.jobId, why, cause === undefined ? {} : { cause }));
  // The futures have settled, so a store that fails now has nobody left to tell.
  return markCancelled(run, why).catch(() => {});
}

/** Settles what is open, and ends what is under way. */
export function endJob(run: JobRun, controller: AbortController, reason: CancelledError): void {
  run.outcomes.fail(reason);
  run.onProgress();
  controller.abort(reason);
}
