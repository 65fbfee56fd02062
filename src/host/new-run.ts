/** The state of a new job, with its options' defaults filled in. */
import { randomUUID } from "node:crypto";
import type { Captured } from "../capture/captured.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { ShardTimesLog } from "../job/shard-times.js";
import { memoryLimitsOf } from "../options/memory.js";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { now } from "../util/time.js";
import { digestOf } from "../wire/digest.js";
import type { Fold, Shuffle } from "../wire/messages.js";
import { retryPolicyOf } from "./capture-retries.js";
import type { CapturedJob } from "./capture-setups.js";
import { environmentOfJob } from "./environment.js";
import type { JobRun, JobSettings } from "./job-run.js";
import { stackMapper } from "./map-stack.js";
import { patientStore } from "./patient-store.js";
import { ResultPlaces } from "./result-places.js";
import type { Binding } from "./started-job.js";

/** All that travel. */
export function functionsOf({ captured, setups, when, shuffle, finish }: CapturedJob): Captured[] {
  const helpers = [when, shuffle?.combine, shuffle?.partition, finish];
  return [captured, ...setups, ...helpers.filter((one) => one !== undefined)];
}

/** What the host knows of a job that it is about to start. */
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
  const env = environmentOfJob(binding.backend.reach, functions, options);
  const settings = settingsOf(options, { retries, env, fold: foldOf(job, options.fold), shuffle: shuffleOf(job) });
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
    signal,
    mapStack: stackMapper(functions.flatMap(({ scripts }) => scripts)),
    onProgress: () => {},
  };
}

function foldOf({ finish }: CapturedJob, fold: Fold | undefined): Fold | undefined {
  return fold && finish ? { ...fold, finishDigest: digestOf(finish.bytes) } : fold;
}

function shuffleOf({ shuffle }: CapturedJob): Shuffle | undefined {
  if (!shuffle) return undefined;
  const { parts, combine, partition } = shuffle;
  const partitionDigest = partition && digestOf(partition.bytes);
  return { parts, combineDigest: digestOf(combine.bytes), partitionDigest };
}

function settingsOf(options: JobOptions, made: Pick<JobSettings, "retries" | "env" | "fold" | "shuffle">): JobSettings {
  const { timeoutMs, maxAttempts, completion, speculate, storePatienceMs, packagesOnWorker = [] } = options;
  return {
    ...made,
    concurrentCalls: options.concurrentCalls ?? 1,
    limitPerSecond: options.limitPerSecond,
    timeoutMs,
    memoryMb: memoryLimitsOf(options),
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    completion,
    speculate: speculate ?? true,
    storePatienceMs: storePatienceMs ?? DEFAULT_STORE_PATIENCE_MS,
    packagesOnWorker,
  };
}
