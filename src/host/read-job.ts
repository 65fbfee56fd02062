/** A job from what the store holds of it. Nothing of it is run. */
import { LocalBackend } from "../backends/local/backend.js";
import { Caches } from "../cache/caches.js";
import { Bills } from "../cost/bills.js";
import { itemClasses } from "../inputs/item-classes.js";
import { OpenBuckets } from "../inputs/object-content.js";
import { CallOutcomes } from "../job/outcomes.js";
import { ShardTimesLog } from "../job/shard-times.js";
import { DEFAULT_STORE_PATIENCE_MS } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { CountedStore } from "../stores/counted.js";
import type { Store } from "../stores/store.js";
import type { JobRecord, Segment } from "../wire/job-record.js";
import { NO_RETRIES } from "../wire/limits.js";
import { nameElsewhere } from "./costing.js";
import { DRIVER_TIMES } from "./driver-times.js";
import { follow } from "./follow.js";
import { type JobRun, type JobSettings, newTask, type Task } from "./job-run.js";
import { inputsOfSegment, readRecord } from "./read-record.js";
import { ResultPlaces } from "./result-places.js";
import { ResultReader } from "./result-reader.js";
import type { Binding } from "./started-job.js";
import { StoredObjects } from "./stored-objects.js";
import { workerKeysOf } from "./worker-keys.js";

/** What is known of the job now. Rejects with `StoreError` when the store has none of that id. */
export async function readJob(store: Store, jobId: string): Promise<CallOutcomes<unknown>> {
  const run = storedRun(store, jobId, new AbortController().signal);
  const record = await openJob(run);
  await follow(run, new ResultReader(run), tasksOf(record.segments));
  return run.outcomes;
}

/** A job that is read, and never driven. */
export function storedRun(store: Store, jobId: string, signal: AbortSignal): JobRun {
  // Never asked for anything, and so never started.
  const classes = itemClasses({ store, buckets: new OpenBuckets() }, "machine", registeredClasses());
  const binding = {
    backend: new LocalBackend(),
    store,
    classes,
    stored: new StoredObjects(),
    caches: new Caches(),
    driverTimes: DRIVER_TIMES,
  };
  return runOf(binding, jobId, signal);
}

/** A job of which nothing but its id is known yet. */
export function runOf(
  binding: Omit<Binding, "reduce">,
  jobId: string,
  signal: AbortSignal,
  storePatienceMs = DEFAULT_STORE_PATIENCE_MS,
): JobRun {
  const counted = new CountedStore(binding.store);
  return {
    ...binding,
    store: counted,
    counted,
    jobId,
    functionName: "",
    functionDigest: "",
    setupDigests: [],
    packages: undefined,
    settings: { ...NO_SETTINGS, storePatienceMs },
    submittedAt: 0,
    outcomes: new CallOutcomes<unknown>(binding.startedAt),
    inputs: undefined,
    delivery: undefined,
    isOwnAlone: false,
    places: new ResultPlaces(),
    times: new ShardTimesLog(),
    bills: new Bills(nameElsewhere(binding.backend)),
    prices: binding.prices,
    copies: { started: 0, won: 0 },
    cache: undefined,
    signal,
    // The scripts that its function came from may be nowhere near.
    mapStack: (stack) => stack,
    echo: undefined,
    workerKeys: workerKeysOf(binding, jobId),
    trace: undefined,
    onProgress: () => {},
  };
}

const NO_SETTINGS: Omit<JobSettings, "storePatienceMs"> = {
  fold: undefined,
  shuffle: undefined,
  concurrentCalls: 1,
  limitPerSecond: undefined,
  timeoutMs: undefined,
  memoryMb: [],
  retries: NO_RETRIES,
  maxAttempts: 1,
  completion: undefined,
  speculate: false,
  env: undefined,
  packagesOnWorker: [],
};

/** Reads the record; from then on the job has its calls, and those of a stream as far as they are stored. */
export async function openJob(run: JobRun): Promise<JobRecord> {
  const { store, jobId, outcomes } = run;
  const record = await readRecord(store, jobId);
  run.submittedAt = record.createdAt;
  run.functionName = record.functionName;
  const completion = record.completion ?? undefined;
  if (record.total !== null) outcomes.open(record.total, completion);
  else {
    outcomes.openStream(completion);
    // Whoever follows asks for what was handed out already as well.
    outcomes.loops.keepAll();
    outcomes.take(record.calls);
  }
  return record;
}

/** @param first number of the first segment */
export function tasksOf(segments: readonly Segment[], first = 0): Task[] {
  return segments.flatMap((one, i) => {
    const segment = inputsOfSegment(one, first + i);
    return one.shards.map((shard) => newTask({ shard, segment, mayHaveRun: true }));
  });
}
