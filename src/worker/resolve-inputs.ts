/** Reads what inputs refer to: results of other calls, which lie in the store. */
import { type DecodeOptions, decode, encode } from "../codec/codec.js";
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { mapAtOnce } from "../util/at-once.js";
import type { Failure } from "../wire/failure.js";
import {
  failureOfInput,
  type PartsReference,
  type Reference,
  type ResultReference,
  readReference,
} from "../wire/input-reference.js";
import { resultKey } from "../wire/keys.js";
import { readParts } from "../wire/parts.js";
import { decodeResultOf } from "../wire/read-result.js";
import type { CallResult, ShardResult } from "../wire/result.js";

/** The results that an input is, or why there is none: an encoded failure. */
export type ResolvedInput = { values: Uint8Array[]; isList: boolean } | { failure: Uint8Array };

/** As it came, or resolved. */
export type CallInput = Uint8Array | ResolvedInput;

/** Objects that are read at once: most of a read's time is waiting. */
const READS_AT_ONCE = 16;

/** Each result object is read once. Rejects with `StoreError` when one is missing or damaged. */
export async function resolveInputs(inputs: Iterable<Uint8Array>, store: Store): Promise<CallInput[]> {
  const objects = new Map<string, Promise<ShardResult>>();
  const read = async (one: Reference): Promise<ResolvedInput> => {
    if ("value" in one) return { values: [Buffer.from(one.value, "base64")], isList: true };
    const key = resultKey(one.jobId, one.shard);
    if ("start" in one) return { values: readParts(await readRange(store, key, one), key), isList: true };
    const reading = objects.get(key) ?? readResult(store, key, one);
    objects.set(key, reading);
    const { calls } = await reading;
    return resolvedOf(calls.slice(one.index - one.first, one.index - one.first + one.calls), one);
  };
  const resolved: CallInput[] = [];
  for (const input of inputs) {
    const failure = failureOfInput(input);
    const reference = failure ? undefined : readReference(input);
    if (failure) resolved.push({ failure });
    else if (!reference) resolved.push(input);
    else resolved.push(together(await mapAtOnce(reference.results, READS_AT_ONCE, read), reference.isList));
  }
  return resolved;
}

async function readRange(store: Store, key: string, { start, end }: PartsReference): Promise<Uint8Array> {
  const range = await store.get(key, { start, end });
  if (range?.byteLength === end - start) return range;
  throw missing(key);
}

async function readResult(store: Store, key: string, { jobId, shard: name, first, count }: ResultReference) {
  const object = await store.get(key);
  if (object) return decodeResultOf({ jobId, shard: { name, first, count } }, object, key);
  throw missing(key);
}

function missing(key: string): StoreError {
  return new StoreError(`The store has no ${key}, which calls have as their input. Was it cleaned while the job ran?`, {
    key,
  });
}

function resolvedOf(calls: readonly CallResult[], { jobId, index }: ResultReference): ResolvedInput {
  const at = calls.findIndex(({ ok }) => !ok);
  if (at < 0) return { values: calls.map(({ bytes }) => bytes), isList: true };
  const { attempts, bytes } = calls[at] as CallResult;
  const failure: Failure = { kind: "dependency", jobId, index: index + at, attempts, failure: bytes };
  return { failure: encode(failure) };
}

function together(found: readonly ResolvedInput[], isList: boolean): ResolvedInput {
  const failed = found.find((one) => "failure" in one);
  return failed ?? { values: found.flatMap((one) => ("values" in one ? one.values : [])), isList };
}

/** The values that a call is given whose input is a list, each decoded when it is taken. Not of an input that is a failure. */
export function* decodeList(input: CallInput, options: DecodeOptions): Generator<unknown> {
  if (input instanceof Uint8Array || !("values" in input) || !input.isList) {
    yield* decodeInput(input, options) as unknown[];
    return;
  }
  for (const bytes of input.values) yield decode(bytes, options);
}

/** The value that a call is given. Not of an input that is a failure. */
export function decodeInput(input: CallInput, options: DecodeOptions): unknown {
  if (input instanceof Uint8Array) return decode(input, options);
  if ("failure" in input) throw new TypeError("A failure is no input.");
  const values = input.values.map((bytes) => decode(bytes, options));
  return input.isList ? values : values[0];
}
