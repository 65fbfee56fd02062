/** Puts a job into the store: the function payload, the inputs, and last the record that makes them a job. */

import { encodeJobRecord } from "../wire/job-record.js";
import { functionKey, inputsKey, jobKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import type { JobRun } from "./job-run.js";

export interface Uploads {
  payload: Uint8Array;
  inputs: readonly Uint8Array[];
  shards: readonly Shard[];
}

/** Rejects with `StoreError` when something cannot be stored; no worker has been asked for anything then. */
export async function submitJob(run: JobRun, uploads: Uploads): Promise<void> {
  await Promise.all([
    storeFunction(run, uploads),
    run.store.putIfAbsent(inputsKey(run.prefix, run.jobId), uploads.inputs),
  ]);
  await run.store.putIfAbsent(jobKey(run.prefix, run.jobId), encodeJobRecord(recordOf(run, uploads.shards)));
}

async function storeFunction(run: JobRun, { payload }: Uploads): Promise<void> {
  if (run.stored.has(run.functionDigest)) return;
  await run.store.putIfAbsent(functionKey(run.prefix, run.functionDigest), payload);
  run.stored.add(run.functionDigest);
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
