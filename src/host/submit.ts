/** Puts a job into the store: function payloads, broadcasts, inputs, and last the record that makes them a job. */
import type { Broadcast } from "../broadcast.js";
import { bundlePackages, type PackagesBundle } from "../bundle/bundle.js";
import type { CapturedPackage } from "../capture/capture.js";
import { encodeJobRecord, type JobRecord } from "../wire/job-record.js";
import { broadcastKey, functionKey, inputsKey, jobKey, packagesKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import type { JobRun } from "./job-run.js";
import type { SegmentInputs } from "./segment-inputs.js";
import { allRide } from "./store-segment.js";

export interface Uploads {
  /** Of the function and the setups, by digest. */
  payloads: ReadonlyMap<string, Uint8Array>;
  /** Those that the function closes over. */
  broadcasts: Iterable<Broadcast<unknown>>;
  packages: readonly CapturedPackage[];
}

/** The inputs of a job that is no stream. */
export interface Submitted {
  segment: SegmentInputs;
  pieces: readonly Uint8Array[];
  shards: readonly Shard[];
}

/**
 * Rejects with `CaptureError` when a package cannot travel: nothing is stored then. Rejects with `StoreError` when
 * something cannot be stored; no worker has been asked for anything then. Resolves with what is to be called when the job
 * needs nothing of that any more.
 *
 * @param inputs undefined for a stream, whose segments are stored as they come
 */
export async function submitJob(run: JobRun, uploads: Uploads, inputs?: Submitted): Promise<() => void> {
  const packages = await bundleFor(run, uploads.packages);
  run.packages = packages && { ...packages, areHere: true };
  run.signal.throwIfAborted();
  const keys = [
    ...Array.from(uploads.payloads.keys(), functionKey),
    ...Array.from(uploads.broadcasts, ({ digest }) => broadcastKey(digest)),
  ];
  const isAlone = isOwnAlone(run, inputs);
  // The results of a stream are read again from the store, and removed from there one by one.
  run.isOwnAlone = isAlone && inputs !== undefined;
  const release = run.stored.use(keys);
  await Promise.all([
    ...Array.from(uploads.payloads, ([digest, bytes]) => storeOnce(run, functionKey(digest), bytes)),
    ...Array.from(uploads.broadcasts, ({ digest, bytes }) => storeOnce(run, broadcastKey(digest), bytes)),
    storePackages(run, packages),
    inputs && !isAlone ? run.store.putIfAbsent(inputsKey(run.jobId), inputs.pieces) : undefined,
  ]);
  if (!isAlone) await run.store.putIfAbsent(jobKey(run.jobId), encodeJobRecord(recordOf(run, inputs)));
  return release;
}

/** Nobody but its own executor knows of a temporary store: where inputs ride in requests, nobody reads of the job there. */
function isOwnAlone(run: JobRun, inputs: Submitted | undefined): boolean {
  return run.store.descriptor.temporary === true && (!inputs || allRide(run, inputs.segment, inputs.shards));
}

/** Workers on this machine load packages from where the user has them. */
async function bundleFor({ backend, settings }: JobRun, packages: readonly CapturedPackage[]) {
  if (backend.reach !== "network") return undefined;
  const { system, diskBytes } = backend.limits;
  return bundlePackages(packages, settings.packagesOnWorker, { system, diskBytes });
}

async function storePackages(run: JobRun, packages: PackagesBundle | undefined): Promise<void> {
  const { digest, bytes } = packages ?? {};
  if (digest !== undefined && bytes) await storeOnce(run, packagesKey(digest), bytes);
}

async function storeOnce(run: JobRun, key: string, bytes: Uint8Array): Promise<void> {
  await run.stored.once(key, bytes.byteLength, () => run.store.putIfAbsent(key, bytes));
}

function recordOf(run: JobRun, inputs: Submitted | undefined): JobRecord {
  const { timeoutMs, memoryMb, retries, maxAttempts, completion, speculate, env = {} } = run.settings;
  const { fold, shuffle, concurrentCalls, limitPerSecond } = run.settings;
  const names = Object.keys(env);
  return {
    version: WIRE_VERSION,
    jobId: run.jobId,
    createdAt: run.submittedAt,
    functionName: run.functionName || (run.outcomes.startedAt?.shortPlace ?? ""),
    functionDigest: run.functionDigest,
    setupDigests: run.setupDigests,
    packagesDigest: run.packages?.digest ?? null,
    packagesRoot: run.packages?.root ?? null,
    calls: inputs?.segment.calls ?? 0,
    segments: inputs ? [{ inputsBytes: inputs.segment.bytes, shards: inputs.shards }] : [],
    isStream: inputs === undefined,
    total: run.outcomes.total ?? null,
    fold: fold ?? null,
    shuffle: shuffle ?? null,
    delivery: run.delivery?.spec ?? null,
    concurrentCalls,
    limitPerSecond: limitPerSecond ?? null,
    timeoutMs: timeoutMs ?? null,
    memoryMb,
    retries,
    maxAttempts,
    speculate,
    completion: completion ?? null,
    env: {
      set: names.filter((name) => env[name] !== null),
      unset: names.filter((name) => env[name] === null),
    },
    cache: run.cache?.record,
    traceparent: run.trace?.traceparent,
  };
}
