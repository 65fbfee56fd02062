/** Reads what inputs refer to: results of other calls, which lie in the store. */
import { type DecodeOptions, decode, encode } from "../codec/codec.js";
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import type { Failure } from "../wire/failure.js";
import { failureOfInput, type ResultReference, readReference } from "../wire/input-reference.js";
import { resultKey } from "../wire/keys.js";
import { decodeResultOf } from "../wire/read-result.js";
import type { CallResult, ShardResult } from "../wire/result.js";

/** The results that an input is, or why there is none: an encoded failure. */
export type ResolvedInput = { values: Uint8Array[]; isList: boolean } | { failure: Uint8Array };

/** As it came, or resolved. */
export type CallInput = Uint8Array | ResolvedInput;

/** Each result object is read once. Rejects with `StoreError` when one is missing or damaged. */
export async function resolveInputs(inputs: Iterable<Uint8Array>, store: Store): Promise<CallInput[]> {
  const objects = new Map<string, Promise<ShardResult>>();
  const callsOf = async (one: ResultReference) => {
    const key = resultKey(one.jobId, one.shard);
    const reading = objects.get(key) ?? readResult(store, key, one);
    objects.set(key, reading);
    const { calls } = await reading;
    return calls.slice(one.index - one.first, one.index - one.first + one.calls);
  };
  const resolved: CallInput[] = [];
  for (const input of inputs) {
    const failure = failureOfInput(input);
    const reference = failure ? undefined : readReference(input);
    if (failure) resolved.push({ failure });
    else if (!reference) resolved.push(input);
    else {
      const found: CallInput[] = [];
      for (const one of reference.results)
        found.push(
          "value" in one
            ? { values: [Buffer.from(one.value, "base64")], isList: true }
            : resolvedOf(await callsOf(one), one),
        );
      resolved.push(together(found as ResolvedInput[], reference.isList));
    }
  }
  return resolved;
}

async function readResult(store: Store, key: string, { jobId, shard: name, first, count }: ResultReference) {
  const object = await store.get(key);
  if (object) return decodeResultOf({ jobId, shard: { name, first, count } }, object, key);
  throw new StoreError(`The store has no ${key}, which calls have as their input. Was it cleaned while the job ran?`, {
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

/** The value that a call is given. Not of an input that is a failure. */
export function decodeInput(input: CallInput, options: DecodeOptions): unknown {
  if (input instanceof Uint8Array) return decode(input, options);
  if ("failure" in input) throw new TypeError("A failure is no input.");
  const values = input.values.map((bytes) => decode(bytes, options));
  return input.isList ? values : values[0];
}
