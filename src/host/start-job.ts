/** Makes a job of a captured function and its inputs, and sees it from there to its end. */
import { randomUUID } from "node:crypto";
import type { Captured } from "../capture/captured.js";
import { CancelledError, InvokeError } from "../errors.js";
import { checkItems } from "../inputs/item-classes.js";
import { Job } from "../job/job.js";
import { CallOutcomes } from "../job/outcomes.js";
import { JobReport } from "../job/report.js";
import { checkMinSuccessful } from "../options/completion.js";
import { memoryLimitsOf } from "../options/memory.js";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { now } from "../util/time.js";
import { digestOf } from "../wire/digest.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { RetryPolicy, Shard } from "../wire/messages.js";
import { markCancelled } from "./cancellation.js";
import { retryPolicyOf } from "./capture-retries.js";
import type { CapturedJob } from "./capture-setups.js";
import { drive } from "./driver.js";
import { encodeAsyncInputs, encodeInputs, type Inputs, isAsyncIterable } from "./encode-inputs.js";
import { environmentOfJob } from "./environment.js";
import { type JobRun, type JobSettings, newTask } from "./job-run.js";
import { stackMapper } from "./map-stack.js";
import { patientStore } from "./patient-store.js";
import { checkShards, planShards } from "./plan.js";
import { progressOf, showProgress } from "./progress.js";
import { replayOwnCall } from "./replay.js";
import { ResultReader } from "./result-reader.js";
import { asNodewrenError, type Binding, followSignal, newController, type StartedJob } from "./started-job.js";
import { submitJob, type Uploads } from "./submit.js";

/** Inputs that the host holds for its requests, bytes: 1,000 shards of 64 KiB. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** The same for workers on this machine: of larger jobs, what a read from the store takes is nothing. */
const MAX_HELD_BYTES_HERE = 1024 * 1024;

interface Plan {
  inputs: EncodedInputs;
  shards: Shard[];
}

/** Throws `CaptureError`, `CodecError` and `OptionError` at once, unless inputs come from an async iterable: then the job rejects. */
export function startJob<R>(
  binding: Binding,
  job: CapturedJob,
  inputs: Inputs<unknown>,
  options: JobOptions,
): StartedJob<R> {
  checkItems(job.items, binding.backend.reach);
  const plan = (encoded: EncodedInputs): Plan => ({
    inputs: encoded,
    shards: planShards(encoded, binding.backend.limits, options),
  });
  const controller = newController();
  const encoded = isAsyncIterable(inputs)
    ? encodeAsyncInputs(inputs, binding.classes, controller.signal)
    : encodeInputs(inputs, binding.classes);
  if (!(encoded instanceof Promise)) checkCount(encoded.count, options);
  const planned =
    encoded instanceof Promise || binding.backend.ready
      ? Promise.all([encoded, binding.backend.ready?.()]).then(([inputs]) => plan(inputs))
      : plan(encoded);
  const outcomes = new CallOutcomes<R>();
  // At once where they are known, so that the job has its futures.
  if (!(encoded instanceof Promise)) outcomes.open(encoded.count, options.completion);
  const run = newRun(binding, job, options, outcomes as CallOutcomes<unknown>, controller.signal);
  const cancel = (why: string, cause?: unknown) => cancelJob(run, controller, why, cause);
  const handle = new Job<R>(run.jobId, outcomes, {
    cancel,
    report: () => new JobReport(run),
    ended: () => ended,
    replay: (index) => replayOwnCall(run, index),
  });
  const uploads = { payloads: payloadsOf(functionsOf(job)), broadcasts: job.broadcasts, packages: job.packages };
  const ends = { cancel, onCancelled: (reason: CancelledError) => endJob(run, controller, reason) };
  const ended = seeThrough(run, uploads, planned, options, ends);
  followSignal(options.signal, cancel, ended);
  return { job: handle, outcomes, close: cancel, ended };
}

function functionsOf({ captured, setups, when }: CapturedJob): Captured[] {
  return [captured, ...setups, ...(when ? [when] : [])];
}

/** Throws `OptionError` for what asks for more calls than there are. */
function checkCount(calls: number, options: JobOptions): void {
  checkShards(calls, options);
  checkMinSuccessful(calls, options.completion);
}

/** By digest. */
function payloadsOf(functions: readonly Captured[]): Map<string, Uint8Array> {
  return new Map(functions.map(({ bytes }) => [digestOf(bytes), bytes]));
}

function newRun(
  binding: Binding,
  job: CapturedJob,
  options: JobOptions,
  outcomes: CallOutcomes<unknown>,
  signal: AbortSignal,
): JobRun {
  const functions = functionsOf(job);
  const { captured, setups, when } = job;
  const retries = retryPolicyOf(options.retries, when);
  const settings = settingsOf(options, retries, environmentOfJob(binding.backend.reach, functions, options));
  return {
    ...binding,
    store: patientStore(binding.store, settings.storePatienceMs, signal),
    jobId: randomUUID(),
    functionName: captured.name,
    functionDigest: digestOf(captured.bytes),
    setupDigests: setups.map(({ bytes }) => digestOf(bytes)),
    packages: undefined,
    settings,
    submittedAt: now(),
    outcomes,
    starts: new Float64Array(1),
    inputs: undefined,
    times: [],
    copies: { started: 0, won: 0 },
    signal,
    mapStack: stackMapper(functions.flatMap(({ scripts }) => scripts)),
    onProgress: () => {},
  };
}

function settingsOf(options: JobOptions, retries: RetryPolicy, env: JobSettings["env"]): JobSettings {
  const { timeoutMs, maxAttempts, completion, speculate, storePatienceMs, packagesOnWorker = [] } = options;
  return {
    timeoutMs,
    memoryMb: memoryLimitsOf(options),
    retries,
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    completion,
    speculate: speculate ?? true,
    storePatienceMs: storePatienceMs ?? DEFAULT_STORE_PATIENCE_MS,
    env,
    packagesOnWorker,
  };
}

async function seeThrough(
  run: JobRun,
  uploads: Pick<Uploads, "payloads" | "broadcasts" | "packages">,
  planned: Plan | Promise<Plan>,
  options: JobOptions,
  ends: { cancel(why: string): void; onCancelled(reason: CancelledError): void },
): Promise<void> {
  const view = showProgress(options.progress ?? true);
  try {
    const { inputs, shards } = planned instanceof Promise ? await planned : planned;
    run.signal.throwIfAborted();
    run.starts = inputs.starts;
    run.inputs = inlined(run, inputs.pieces);
    if (run.outcomes.total === undefined) {
      checkMinSuccessful(inputs.count, options.completion);
      run.outcomes.open(inputs.count, options.completion);
    }
    run.onProgress = progressOf(run, view, ends.cancel);
    run.onProgress();
    if (inputs.count === 0) return;
    const release = await submitJob(run, { ...uploads, inputs: inputs.pieces, shards });
    const tasks = shards.map((shard) => newTask(shard));
    await drive(run, new ResultReader(run), tasks, ends.onCancelled);
    release();
    // A net that should never catch anything: whatever was overlooked, no future may stay open.
    if (!run.outcomes.isComplete)
      throw new InvokeError(`Some calls of job ${run.jobId} came to no end. Please report this.`);
  } catch (error) {
    run.outcomes.fail(asNodewrenError(error));
  } finally {
    view.stop();
  }
}

/** Undefined where inputs do not ride in requests, or are too large to be held until the last one is made. */
function inlined({ backend, store, starts }: JobRun, pieces: readonly Uint8Array[]): Uint8Array | undefined {
  const bytes = starts.at(-1) ?? 0;
  const { inlineBytes = 0 } = backend.limits;
  // On this machine, workers read them from a store as fast; but where nobody else reads them, they need not be written.
  const mostHere = store.descriptor.temporary === true ? MAX_HELD_BYTES_HERE : 0;
  const most = backend.reach === "machine" ? mostHere : MAX_HELD_BYTES;
  return inlineBytes > 0 && bytes <= most ? Buffer.concat(pieces) : undefined;
}

function cancelJob(run: JobRun, controller: AbortController, why: string, cause?: unknown): void {
  if (run.outcomes.isComplete) return;
  endJob(run, controller, new CancelledError(run.jobId, why, cause === undefined ? {} : { cause }));
  // The futures have settled, so a store that fails now has nobody left to tell.
  markCancelled(run, why).catch(() => {});
}

/** Settles what is open, and ends what is under way. */
export function endJob(run: JobRun, controller: AbortController, reason: CancelledError): void {
  run.outcomes.fail(reason);
  run.onProgress();
  controller.abort(reason);
}
