/** The state of a new job, with its options' defaults filled in. */
import { randomUUID } from "node:crypto";
import type { Captured } from "../capture/captured.js";
import { Bills } from "../cost/bills.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { ShardTimesLog } from "../job/shard-times.js";
import { memoryLimitsOf } from "../options/memory.js";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_STORE_PATIENCE_MS, type JobOptions } from "../options.js";
import { CountedStore } from "../stores/counted.js";
import type { Store } from "../stores/store.js";
import { now } from "../util/time.js";
import { digestOf } from "../wire/digest.js";
import type { Fold, Shuffle } from "../wire/messages.js";
import type { CapturedJob } from "./capture-setups.js";
import { nameElsewhere } from "./costing.js";
import { Echo } from "./echo.js";
import { environmentOfJob } from "./environment.js";
import { JobDelivery } from "./job-delivery.js";
import type { JobRun, JobSettings } from "./job-run.js";
import { stackMapper } from "./map-stack.js";
import { openCache } from "./open-cache.js";
import { outputStore } from "./output-store.js";
import { patientStore } from "./patient-store.js";
import { ResultPlaces } from "./result-places.js";
import { retryPolicyOf } from "./retry-policy.js";
import type { Binding } from "./started-job.js";
import { workerKeysOf } from "./worker-keys.js";

/** All that travel. */
export function functionsOf({ captured, setups, shuffle, finish }: CapturedJob): Captured[] {
  const helpers = [shuffle?.combine, shuffle?.partition, finish];
  return [captured, ...setups, ...helpers.filter((one) => one !== undefined)];
}

/** What the host knows of a job that it is about to start. Throws `OptionError` for a cache that cannot be. */
export function newRun(
  binding: Binding,
  job: CapturedJob,
  options: JobOptions & { fold: Fold | undefined; sources?: readonly string[] },
  outcomes: CallOutcomes<unknown>,
  signal: AbortSignal,
): JobRun {
  const functions = functionsOf(job);
  const { captured, setups } = job;
  const retries = retryPolicyOf(options.retries);
  const env = environmentOfJob(binding.backend.reach, functions, options);
  const settings = settingsOf(options, { retries, env, fold: foldOf(job, options.fold), shuffle: shuffleOf(job) });
  const patient = (store: Store) => patientStore(store, settings.storePatienceMs, signal);
  const jobId = randomUUID();
  const counted = new CountedStore(binding.store);
  return {
    ...binding,
    store: patient(counted),
    counted,
    jobId,
    functionName: captured.name,
    functionDigest: digestOf(captured.bytes),
    setupDigests: setups.map(({ bytes }) => digestOf(bytes)),
    packages: undefined,
    settings,
    submittedAt: now(),
    outcomes,
    inputs: undefined,
    delivery: deliveryOf(binding, jobId, options, patient),
    isOwnAlone: false,
    places: new ResultPlaces(),
    times: new ShardTimesLog(),
    bills: new Bills(nameElsewhere(binding.backend)),
    prices: binding.prices,
    copies: { started: 0, won: 0 },
    cache: openCache(binding, options.cache, { job, env: settings.env, fold: options.fold }, outcomes),
    signal,
    mapStack: stackMapper(functions.flatMap(({ scripts }) => scripts)),
    echo: options.echo ? new Echo() : undefined,
    workerKeys: workerKeysOf(binding, jobId, options.sources),
    trace: undefined,
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

/** Throws `OptionError` for a place that cannot be used. */
function deliveryOf(
  { store, backend }: Binding,
  jobId: string,
  { output, as = "jsonl" }: JobOptions,
  patient: (store: Store) => Store,
): JobDelivery | undefined {
  if (output === undefined) return undefined;
  const place = outputStore(output, store, backend);
  const form = typeof as === "function" ? ({ as: "bytes", hasWriter: true } as const) : { as };
  const spec = { store: place.descriptor, ...form };
  return new JobDelivery(jobId, spec, patient(place));
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
