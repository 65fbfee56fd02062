/** Shards as a host would have stored them, for tests of a worker that has no host. */
import { randomUUID } from "node:crypto";
import type { Store } from "nodewren";
import { capture } from "../../src/capture/capture.js";
import { encode } from "../../src/codec/codec.js";
import { digestOf } from "../../src/wire/digest.js";
import { InputsWriter } from "../../src/wire/inputs.js";
import { functionKey, inputsKey, resultKey } from "../../src/wire/keys.js";
import type { ShardRequest } from "../../src/wire/messages.js";
import { decodeResult, type ShardResult } from "../../src/wire/result.js";
import { newRequest } from "./job-runs.js";

/** Stores a function and its inputs as the only shard of a new job, and gives the request for it. */
export async function storeShard(
  store: Store,
  fn: (...args: never[]) => unknown,
  inputs: readonly unknown[],
  fields: Partial<ShardRequest> = {},
): Promise<ShardRequest> {
  const jobId = `job-${randomUUID()}`;
  const { bytes } = capture(fn);
  const functionDigest = digestOf(bytes);
  const writer = new InputsWriter();
  for (const input of inputs) writer.add(encode(input));
  const { pieces, starts } = writer.finish();
  const byteEnd = starts[inputs.length] as number;
  await store.putIfAbsent(functionKey("", functionDigest), bytes);
  await store.putIfAbsent(inputsKey("", jobId), pieces);
  return newRequest(
    { name: "0000000", first: 0, count: inputs.length, byteStart: 0, byteEnd },
    { store: store.descriptor, jobId, functionDigest, inputsBytes: byteEnd, attemptId: randomUUID(), ...fields },
  );
}

/** The stored result of the shard; undefined when there is none. */
export async function storedResult(store: Store, request: ShardRequest): Promise<ShardResult | undefined> {
  const key = resultKey(request.prefix, request.jobId, request.shard.name);
  const bytes = await store.get(key);
  return bytes && decodeResult(bytes, key);
}
