/** Gets a shard's result object from the store: its head only, as long as nobody here asks for its values. */
import { resultKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { decodeHeadOf, decodeResultOf, headBytesOf, type ResultIdentity } from "../wire/read-result.js";
import { type ReadResult, ROW_BYTES } from "../wire/result.js";
import type { JobRun } from "./job-run.js";

/** What a head takes beside its table where no call failed or printed much, bytes. */
const USUAL_HEAD_BYTES = 2 * 1024;

/** What the header usually says of each call: a few numbers of up to seven digits. */
const USUAL_USAGE_BYTES = 24;

/** Undefined when there is no such object. Rejects with `StoreError` when the store cannot be read. */
export async function fetchResult(run: JobRun, shard: Shard): Promise<Uint8Array | undefined> {
  const { store, outcomes } = run;
  const key = resultKey(run.jobId, shard.name);
  if (!outcomes.use.isLeft) return store.get(key);
  const usual = await store.get(key, {
    start: 0,
    end: USUAL_HEAD_BYTES + shard.count * (ROW_BYTES + USUAL_USAGE_BYTES),
  });
  const bytes = usual && headBytesOf(usual);
  if (!usual || bytes === undefined) return usual;
  return bytes > usual.byteLength ? store.get(key, { start: 0, end: bytes }) : usual.subarray(0, bytes);
}

/** @param object all of a result object, or its head. Throws `StoreError` and `VersionError`. */
export function readResult(identity: ResultIdentity, object: Uint8Array, key: string): ReadResult {
  const valuesStart = headBytesOf(object);
  if (valuesStart === object.byteLength) return decodeHeadOf(identity, object, key);
  return { ...decodeResultOf(identity, object, key), valuesStart };
}
