/** Shards as a host would have stored them, for tests of a worker that has no host. */
import { randomUUID } from "node:crypto";
import type { Store } from "nodewren";
import { capture } from "../../src/capture/capture.js";
import { encode } from "../../src/codec/codec.js";
import { digestOf } from "../../src/wire/digest.js";
import { InputsWriter } from "../../src/wire/inputs.js";
import { encodeJobRecord, type JobRecord } from "../../src/wire/job-record.js";
import { functionKey, inputsKey, jobKey, resultKey } from "../../src/wire/keys.js";
import type { ShardRequest } from "../../src/wire/messages.js";
import { decodeResult } from "../../src/wire/read-result.js";
import type { ShardResult } from "../../src/wire/result.js";
import { WIRE_VERSION } from "../../src/wire/version.js";
import { newRequest } from "./job-runs.js";

/** Stores a function and its inputs as the only shard of a new job, and gives the request for it. */
export async function storeShard(
  store: Store,
  fn: (...args: never[]) => unknown,
  inputs: readonly unknown[],
  fields: Partial<ShardRequest> = {},
  helpers: ReadonlyMap<string, Function> = new Map(),
): Promise<ShardRequest> {
  const jobId = `job-${randomUUID()}`;
  const { bytes } = capture(fn, { helpers });
  const functionDigest = digestOf(bytes);
  const writer = new InputsWriter();
  for (const input of inputs) writer.add(encode(input));
  const { pieces, starts } = writer.finish();
  const byteEnd = starts[inputs.length] as number;
  await store.putIfAbsent(functionKey(functionDigest), bytes);
  await store.putIfAbsent(inputsKey(jobId), pieces);
  const shard = { name: "0000000", first: 0, count: inputs.length, byteStart: 0, byteEnd };
  const own = { store: store.descriptor, jobId, functionDigest, inputsBytes: byteEnd, attemptId: randomUUID() };
  const request = newRequest(shard, { ...own, ...fields });
  await storeRecord(store, request);
  return request;
}

/** The record that the job of such a request has. */
export async function storeRecord(store: Store, request: ShardRequest, fields: Partial<JobRecord> = {}): Promise<void> {
  const { jobId, functionDigest, setupDigests = [], packagesDigest = null, packagesRoot = null, shard } = request;
  const record: JobRecord = {
    version: WIRE_VERSION,
    jobId,
    createdAt: 0,
    functionName: "",
    functionDigest,
    setupDigests,
    packagesDigest,
    packagesRoot,
    calls: shard.count,
    segments: [{ inputsBytes: request.inputsBytes, shards: [shard] }],
    concurrentCalls: 1,
    limitPerSecond: null,
    timeoutMs: null,
    memoryMb: [],
    retries: request.retries,
    maxAttempts: 1,
    speculate: false,
    isStream: false,
    total: shard.count,
    fold: null,
    shuffle: null,
    delivery: null,
    completion: null,
    env: { set: [], unset: [] },
    ...fields,
  };
  await store.put(jobKey(jobId), encodeJobRecord(record));
}

/** Stores a function that runs beside the shard's, such as a setup, and gives its digest. */
export async function storeSetup(store: Store, setup: (...args: never[]) => unknown): Promise<string> {
  const { bytes } = capture(setup);
  const digest = digestOf(bytes);
  await store.putIfAbsent(functionKey(digest), bytes);
  return digest;
}

/** The stored result of the shard; undefined when there is none. */
export async function storedResult(store: Store, request: ShardRequest): Promise<ShardResult | undefined> {
  const key = resultKey(request.jobId, request.shard.name);
  const bytes = await store.get(key);
  return bytes && decodeResult(bytes, key);
}
