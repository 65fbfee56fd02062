/** Puts a job into the store: function payload, broadcasts, inputs, and last the record that makes them a job. */
import type { Broadcast } from "../broadcast.js";
import { bundlePackages } from "../bundle/bundle.js";
import type { CapturedPackage } from "../capture/capture.js";
import { encodeJobRecord } from "../wire/job-record.js";
import { broadcastKey, functionKey, inputsKey, jobKey, packagesKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import type { JobRun } from "./job-run.js";

export interface Uploads {
  payload: Uint8Array;
  /** Those that the function closes over. */
  broadcasts: Iterable<Broadcast<unknown>>;
  packages: readonly CapturedPackage[];
  inputs: readonly Uint8Array[];
  shards: readonly Shard[];
}

/**
 * Rejects with `CaptureError` when a package cannot be bundled: nothing is stored then. Rejects with `StoreError` when
 * something cannot be stored; no worker has been asked for anything then.
 */
export async function submitJob(run: JobRun, uploads: Uploads): Promise<void> {
  run.packages = await bundleFor(run, uploads.packages);
  run.signal.throwIfAborted();
  await Promise.all([
    storeOnce(run, functionKey(run.prefix, run.functionDigest), uploads.payload),
    ...Array.from(uploads.broadcasts, ({ digest, bytes }) => storeOnce(run, broadcastKey(run.prefix, digest), bytes)),
    storePackages(run),
    run.store.putIfAbsent(inputsKey(run.prefix, run.jobId), uploads.inputs),
  ]);
  await run.store.putIfAbsent(jobKey(run.prefix, run.jobId), encodeJobRecord(recordOf(run, uploads.shards)));
}

/** Workers on this machine load packages from where the user has them. */
async function bundleFor({ backend, settings }: JobRun, packages: readonly CapturedPackage[]) {
  return backend.reach === "network" ? bundlePackages(packages, settings.packagesOnWorker) : undefined;
}

async function storePackages(run: JobRun): Promise<void> {
  const { digest, bytes } = run.packages ?? {};
  if (digest !== undefined && bytes) await storeOnce(run, packagesKey(run.prefix, digest), bytes);
}

async function storeOnce(run: JobRun, key: string, bytes: Uint8Array): Promise<void> {
  if (run.stored.has(key)) return;
  await run.store.putIfAbsent(key, bytes);
  run.stored.add(key);
}

function recordOf(run: JobRun, shards: readonly Shard[]) {
  const { timeoutMs, memoryMb, retries, maxAttempts } = run.settings;
  return {
    version: WIRE_VERSION,
    jobId: run.jobId,
    createdAt: run.submittedAt,
    functionName: run.functionName,
    functionDigest: run.functionDigest,
    calls: run.starts.length - 1,
    shards: [...shards],
    timeoutMs: timeoutMs ?? null,
    memoryMb: memoryMb ?? null,
    retries,
    maxAttempts,
  };
}
