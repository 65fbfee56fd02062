/** A job from what the store holds of it. Nothing of it is run. */
import { LocalBackend } from "../backends/local/backend.js";
import { StoreError } from "../errors.js";
import { CallOutcomes } from "../job/outcomes.js";
import { DEFAULT_STORE_PATIENCE_MS } from "../options.js";
import { registeredClasses } from "../register-class.js";
import type { Store } from "../stores/store.js";
import { decodeJobRecord, type JobRecord, shardsOf } from "../wire/job-record.js";
import { jobKey } from "../wire/keys.js";
import { NO_RETRIES } from "../wire/limits.js";
import { DRIVER_TIMES } from "./driver-times.js";
import { follow } from "./follow.js";
import { type JobRun, type JobSettings, newTask } from "./job-run.js";
import { ResultReader } from "./result-reader.js";
import type { Binding } from "./started-job.js";
import { StoredObjects } from "./stored-objects.js";

/** What is known of the job now. Rejects with `StoreError` when the store has none of that id. */
export async function readJob(store: Store, jobId: string): Promise<CallOutcomes<unknown>> {
  // Never asked for anything, and so never started.
  const binding = {
    backend: new LocalBackend(),
    store,
    classes: registeredClasses(),
    stored: new StoredObjects(),
    driverTimes: DRIVER_TIMES,
  };
  const run = runOf(binding, jobId, new AbortController().signal);
  const record = await openJob(run);
  await follow(run, new ResultReader(run), tasksOf(record));
  return run.outcomes;
}

/** A job of which nothing but its id is known yet. */
export function runOf(
  binding: Binding,
  jobId: string,
  signal: AbortSignal,
  storePatienceMs = DEFAULT_STORE_PATIENCE_MS,
): JobRun {
  return {
    ...binding,
    jobId,
    functionName: "",
    functionDigest: "",
    setupDigests: [],
    packages: undefined,
    settings: { ...NO_SETTINGS, storePatienceMs },
    submittedAt: 0,
    outcomes: new CallOutcomes<unknown>(),
    starts: new Float64Array(1),
    inputs: undefined,
    times: [],
    copies: { started: 0, won: 0 },
    signal,
    // The scripts that its function came from may be nowhere near.
    mapStack: (stack) => stack,
    onProgress: () => {},
  };
}

const NO_SETTINGS: Omit<JobSettings, "storePatienceMs"> = {
  timeoutMs: undefined,
  memoryMb: [],
  retries: NO_RETRIES,
  maxAttempts: 1,
  completion: undefined,
  speculate: false,
  env: undefined,
  packagesOnWorker: [],
};

/** Reads the record; from then on the job has its calls. */
export async function openJob(run: JobRun): Promise<JobRecord> {
  const { store, jobId, outcomes } = run;
  const key = jobKey(jobId);
  const bytes = await store.get(key);
  if (!bytes)
    throw new StoreError(`The store holds no job ${jobId}. \`nodewren jobs list\` shows those it has.`, { key });
  const record = decodeJobRecord(bytes, key);
  run.submittedAt = record.createdAt;
  outcomes.open(record.calls, record.completion ?? undefined);
  return record;
}

export function tasksOf(record: JobRecord) {
  return shardsOf(record).map((shard) => newTask(shard, 1, true));
}
