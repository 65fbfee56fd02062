/**
 * An input that is the result of another call, or a list of such results: where they lie. A worker reads them from the
 * store, so that they never pass through the host.
 *
 *     mark       1 byte, which no encoded value begins with
 *     reference  JSON, see InputReference; behind the other mark an encoded failure
 */
import { StoreError } from "../errors.js";
import { type Check, hasFields, isCount, isFlag, isListOf, isText } from "./checks.js";

const REFERENCE = 0xfe;

/** The result has no object: what kept the call from having one. */
const FAILURE = 0xfd;

/** Results of consecutive calls of one shard. */
export interface ResultReference {
  jobId: string;
  /** The shard, or piece of one, whose result object holds them. */
  shard: string;
  /** Index of its first call, and their number. */
  first: number;
  count: number;
  /** Index of the first call that is meant, and their number. */
  index: number;
  calls: number;
}

/** A value that stands among results. */
export interface InlineValue {
  /** Encoded, in base64. */
  value: string;
}

/** Consecutive parts of a shard's pairs: a range of bytes of its result object. */
export interface PartsReference {
  jobId: string;
  shard: string;
  start: number;
  end: number;
}

export type Reference = ResultReference | InlineValue | PartsReference;

export interface InputReference {
  results: Reference[];
  /** Whether the input is a list of the results, also where it is one only. */
  isList: boolean;
}

export function encodeReference(reference: InputReference): Uint8Array {
  return marked(REFERENCE, Buffer.from(JSON.stringify(reference)));
}

/** @param failure encoded */
export function encodeFailedInput(failure: Uint8Array): Uint8Array {
  return marked(FAILURE, failure);
}

function marked(mark: number, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(bytes.byteLength + 1);
  all[0] = mark;
  all.set(bytes, 1);
  return all;
}

/** Undefined when the input is something else. */
export function failureOfInput(input: Uint8Array): Uint8Array | undefined {
  return input[0] === FAILURE ? input.subarray(1) : undefined;
}

/** Undefined when the input is something else. Throws `StoreError` when it is damaged. */
export function readReference(input: Uint8Array): InputReference | undefined {
  if (input[0] !== REFERENCE) return undefined;
  const reference = parsed(input.subarray(1));
  if (isReference(reference)) return reference as InputReference;
  throw new StoreError("An input that is the result of another call is damaged. Run the job again.");
}

const RESULT = {
  jobId: isText,
  shard: isText,
  first: isCount,
  count: isCount,
  index: isCount,
  calls: isCount,
};

const isResult = hasFields(RESULT);
const isInline = hasFields({ value: isText });
const isParts = hasFields({ jobId: isText, shard: isText, start: isCount, end: isCount });
const isOne: Check = (value) => isResult(value) || isInline(value) || isParts(value);
const isReference = hasFields({ results: isListOf(isOne), isList: isFlag });

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
