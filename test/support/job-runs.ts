import type { Store } from "nodewren";
import { Caches } from "../../src/cache/caches.js";
import { Bills } from "../../src/cost/bills.js";
import { DRIVER_TIMES } from "../../src/host/driver-times.js";
import type { JobRun, JobSettings } from "../../src/host/job-run.js";
import { ResultPlaces } from "../../src/host/result-places.js";
import { type SegmentInputs, segmentOf } from "../../src/host/segment-inputs.js";
import { StoredObjects } from "../../src/host/stored-objects.js";
import type { FutureControl } from "../../src/job/future.js";
import { CallOutcomes } from "../../src/job/outcomes.js";
import { ShardTimesLog } from "../../src/job/shard-times.js";
import { InputsWriter } from "../../src/wire/inputs.js";
import { NO_RETRIES } from "../../src/wire/limits.js";
import type { RetryPolicy, Shard, ShardRequest } from "../../src/wire/messages.js";
import { WIRE_VERSION } from "../../src/wire/version.js";
import { MemoryStore } from "./memory-store.js";

const SETTINGS: JobSettings = {
  fold: undefined,
  shuffle: undefined,
  concurrentCalls: 1,
  limitPerSecond: undefined,
  timeoutMs: undefined,
  memoryMb: [],
  retries: NO_RETRIES,
  maxAttempts: 3,
  completion: undefined,
  speculate: false,
  storePatienceMs: 0,
  env: undefined,
  packagesOnWorker: [],
};

/** A running job as the host's steps see it, of `calls` calls with inputs of 10 bytes each, and no backend behind it. */
export function newJobRun(calls: number, fields: Partial<JobRun> = {}): JobRun & { store: Store } {
  const writer = new InputsWriter();
  for (let i = 0; i < calls; i++) writer.add(new Uint8Array(10));
  const outcomes = new CallOutcomes<unknown>();
  outcomes.open(calls);
  return {
    jobId: "job-1",
    functionName: "fn",
    functionDigest: "0".repeat(64),
    setupDigests: [],
    packages: undefined,
    store: new MemoryStore(),
    counted: { requests: { reads: 0, writes: 0, lists: 0 }, bytesRead: 0, bytesWritten: 0 },
    backend: undefined as never,
    settings: SETTINGS,
    driverTimes: DRIVER_TIMES,
    classes: undefined,
    stored: new StoredObjects(),
    submittedAt: 0,
    outcomes,
    inputs: segmentOf(writer.finish(), { number: 0, first: 0 }, undefined),
    delivery: undefined,
    isOwnAlone: false,
    places: new ResultPlaces(),
    times: new ShardTimesLog(),
    bills: new Bills("local"),
    prices: undefined,
    copies: { started: 0, won: 0 },
    cache: undefined,
    caches: new Caches(),
    signal: new AbortController().signal,
    mapStack: (stack) => stack,
    echo: undefined,
    workerKeys: undefined,
    trace: undefined,
    onProgress: () => {},
    ...fields,
  };
}

/** That of a job of one call, whose inputs nobody looks at. */
export const ANY_SEGMENT: SegmentInputs = {
  number: 0,
  first: 0,
  calls: 1,
  bytes: 0,
  starts: undefined,
  held: undefined,
  open: 1,
};

/** So many tries beyond the first, with no pause. */
export function retriesOf(limit: number): RetryPolicy {
  return { ...NO_RETRIES, limit };
}

export function newRequest(shard: Shard, fields: Partial<ShardRequest> = {}): ShardRequest {
  return {
    version: WIRE_VERSION,
    store: { kind: "memory" },
    jobId: "job-1",
    functionDigest: "0".repeat(64),
    shard,
    segment: 0,
    inputsBytes: 0,
    attemptId: "attempt-1",
    attempt: 1,
    retries: NO_RETRIES,
    timeoutMs: undefined,
    memoryMb: undefined,
    storePatienceMs: 0,
    env: undefined,
    ...fields,
  };
}

/** For futures of which nothing but their outcome is asked. */
export const NO_CONTROL: FutureControl = { source: undefined as never, replay: async () => {} };
