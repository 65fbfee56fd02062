/** The state of a new job, with its options' defaults filled in. */
import { randomUUID } from "node:crypto";
import type { Captured } from "../capture/captured.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { ShardTimesLog } from "../job/shard-times.js";
import { memoryLimitsOf } from "../options/memory.js";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { now } from "../util/time.js";
import { digestOf } from "../wire/digest.js";
import type { Fold, RetryPolicy } from "../wire/messages.js";
import { retryPolicyOf } from "./capture-retries.js";
import type { CapturedJob } from "./capture-setups.js";
import { environmentOfJob } from "./environment.js";
import type { JobRun, JobSettings } from "./job-run.js";
import { stackMapper } from "./map-stack.js";
import { openCache } from "./open-cache.js";
import { patientStore } from "./patient-store.js";
import { ResultPlaces } from "./result-places.js";
import type { Binding } from "./started-job.js";

/** All that travel. */
export function functionsOf({ captured, setups, when }: CapturedJob): Captured[] {
  return [captured, ...setups, ...(when ? [when] : [])];
}

/** What the host knows of a job that it is about to start. Throws `OptionError` for a cache that cannot be. */
export function newRun(
  binding: Binding,
  job: CapturedJob,
  options: JobOptions & { fold: Fold | undefined },
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
    inputs: undefined,
    places: new ResultPlaces(),
    times: new ShardTimesLog(),
    copies: { started: 0, won: 0 },
    cache: openCache(binding, options.cache, { job, env: settings.env, fold: options.fold }, outcomes),
    signal,
    mapStack: stackMapper(functions.flatMap(({ scripts }) => scripts)),
    onProgress: () => {},
  };
}

function settingsOf(
  options: JobOptions & { fold: Fold | undefined },
  retries: RetryPolicy,
  env: JobSettings["env"],
): JobSettings {
  const { timeoutMs, maxAttempts, completion, speculate, storePatienceMs, packagesOnWorker = [] } = options;
  return {
    fold: options.fold,
    concurrentCalls: options.concurrentCalls ?? 1,
    limitPerSecond: options.limitPerSecond,
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
