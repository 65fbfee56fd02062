/** Makes a job of a captured function and its inputs, and sees it from there to its end. */
import { randomUUID } from "node:crypto";
import { getMaxListeners, setMaxListeners } from "node:events";
import type { Backend } from "../backends/backend.js";
import type { Captured } from "../capture/capture.js";
import type { ClassRegistry } from "../codec/classes.js";
import { CancelledError, InvokeError, NodewrenError } from "../errors.js";
import { Job } from "../job.js";
import { Ledger } from "../ledger.js";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_RETRIES, type JobOptions } from "../options.js";
import type { Store } from "../stores/store.js";
import { textOf } from "../text-of.js";
import { digestOf } from "../wire/digest.js";
import type { EncodedInputs } from "../wire/inputs.js";
import { cancelledKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import type { CapturedFunction } from "./capture-function.js";
import { encodeAsyncInputs, encodeInputs, type Inputs, isAsyncIterable } from "./encode-inputs.js";
import { Dispatcher } from "./invoke.js";
import { type JobRun, type JobSettings, now } from "./job-run.js";
import { Monitor } from "./monitor.js";
import { checkShards, planShards } from "./plan.js";
import { showProgress } from "./progress.js";
import { JobReport } from "./report.js";
import { stackMapper } from "./stack.js";
import { submitJob, type Uploads } from "./submit.js";

/** Inputs that the host holds for its requests, bytes: 1,000 shards of 64 KiB. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** What jobs of one executor share. */
export interface Binding {
  backend: Backend;
  store: Store;
  prefix: string;
  classes: ClassRegistry | undefined;
  /** Keys of payloads and broadcasts that were stored already. */
  stored: Set<string>;
}

export interface StartedJob<R> {
  job: Job<R>;
  cancel(why: string): void;
  /** Resolves when nothing of the job runs any more. Never rejects. */
  ended: Promise<void>;
}

interface Plan {
  inputs: EncodedInputs;
  shards: Shard[];
}

/** Throws `CodecError` and `OptionError` at once, unless inputs come from an async iterable: then the job rejects. */
export function startJob<R>(
  binding: Binding,
  { captured, broadcasts, packages }: CapturedFunction,
  inputs: Inputs<unknown>,
  options: JobOptions,
): StartedJob<R> {
  const plan = (encoded: EncodedInputs): Plan => ({
    inputs: encoded,
    shards: planShards(encoded, binding.backend.limits, options),
  });
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const encoded = isAsyncIterable(inputs)
    ? encodeAsyncInputs(inputs, binding.classes, controller.signal)
    : encodeInputs(inputs, binding.classes);
  if (!(encoded instanceof Promise)) checkShards(encoded.count, options);
  const planned =
    encoded instanceof Promise || binding.backend.ready
      ? Promise.all([encoded, binding.backend.ready?.()]).then(([inputs]) => plan(inputs))
      : plan(encoded);
  const ledger = new Ledger<R>();
  // At once where they are known, so that the job has its futures.
  if (!(encoded instanceof Promise)) ledger.open(encoded.count);
  const run = newRun(binding, captured, options, ledger as Ledger<unknown>, controller.signal);
  const cancel = (why: string, cause?: unknown) => cancelJob(run, controller, why, cause);
  const job = new Job<R>(run.jobId, ledger, { cancel, report: () => new JobReport(run) });
  const ended = seeThrough(run, { payload: captured.bytes, broadcasts, packages }, planned, options);
  followSignal(options.signal, cancel, ended);
  return { job, cancel, ended };
}

function newRun(
  binding: Binding,
  captured: Captured,
  options: JobOptions,
  ledger: Ledger<unknown>,
  signal: AbortSignal,
): JobRun {
  return {
    ...binding,
    jobId: randomUUID(),
    functionName: captured.name,
    functionDigest: digestOf(captured.bytes),
    packages: undefined,
    settings: settingsOf(options),
    submittedAt: now(),
    ledger,
    starts: new Float64Array(1),
    inputs: undefined,
    times: [],
    signal,
    mapStack: stackMapper(captured.scripts),
    onProgress: () => {},
  };
}

function settingsOf({
  timeoutMs,
  memoryMb,
  retries,
  maxAttempts,
  env,
  packagesOnWorker = [],
}: JobOptions): JobSettings {
  return {
    timeoutMs,
    memoryMb,
    retries: retries ?? DEFAULT_RETRIES,
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    env: env && Object.keys(env).length > 0 ? env : undefined,
    packagesOnWorker,
  };
}

async function seeThrough(
  run: JobRun,
  uploads: Pick<Uploads, "payload" | "broadcasts" | "packages">,
  planned: Plan | Promise<Plan>,
  options: JobOptions,
): Promise<void> {
  const view = showProgress(options.progress ?? true);
  try {
    const { inputs, shards } = planned instanceof Promise ? await planned : planned;
    run.signal.throwIfAborted();
    run.starts = inputs.starts;
    run.inputs = inlined(run, inputs.pieces);
    run.onProgress = () => view.update({ total: inputs.count, done: run.ledger.done, failed: run.ledger.failed });
    if (run.ledger.total === undefined) run.ledger.open(inputs.count);
    run.onProgress();
    if (inputs.count === 0) return;
    await submitJob(run, { ...uploads, inputs: inputs.pieces, shards });
    await new Dispatcher(run, new Monitor(run), shards).done;
    // A net that should never catch anything: whatever was overlooked, no future may stay open.
    if (!run.ledger.isComplete)
      throw new InvokeError(`Some calls of job ${run.jobId} came to no end. Please report this.`);
  } catch (error) {
    run.ledger.fail(asNodewrenError(error));
  } finally {
    view.stop();
  }
}

/** Undefined where inputs do not ride in requests, or are too large to be held until the last one is made. */
function inlined({ backend, starts }: JobRun, pieces: readonly Uint8Array[]): Uint8Array | undefined {
  const bytes = starts.at(-1) ?? 0;
  return backend.limits.inlineBytes && bytes <= MAX_HELD_BYTES ? Buffer.concat(pieces) : undefined;
}

function asNodewrenError(error: unknown): NodewrenError {
  if (error instanceof NodewrenError) return error;
  return new InvokeError(`The job could not be started: ${textOf(error)}`, { cause: error });
}

function cancelJob(run: JobRun, controller: AbortController, why: string, cause?: unknown): void {
  if (run.ledger.isComplete) return;
  const reason = new CancelledError(run.jobId, why, cause === undefined ? {} : { cause });
  run.ledger.fail(reason);
  run.onProgress();
  controller.abort(reason);
  // The futures have settled, so a store that fails now has nobody left to tell.
  run.store.putIfAbsent(cancelledKey(run.prefix, run.jobId), Buffer.from(JSON.stringify({ why }))).catch(() => {});
}

function followSignal(
  signal: AbortSignal | undefined,
  cancel: (why: string, cause: unknown) => void,
  ended: Promise<void>,
): void {
  if (!signal) return;
  const onAbort = () => cancel(`its signal was aborted: ${textOf(signal.reason)}`, signal.reason);
  // Many jobs may follow one signal; Node's warning of a leak is not meant for that.
  allowListeners(signal, 1);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  void ended.then(() => {
    signal.removeEventListener("abort", onAbort);
    allowListeners(signal, -1);
  });
}

function allowListeners(signal: AbortSignal, more: number): void {
  try {
    const allowed = getMaxListeners(signal);
    // 0 stands for any number.
    if (allowed > 0) setMaxListeners(allowed + more, signal);
  } catch {
    // Node 20 throws for a signal whose limit is 0; it needs none of this.
  }
}
