/** The job record: all that another process needs to follow the job, to drive it, or to resume it. */
import { StoreError, VersionError } from "../errors.js";
import {
  type Check,
  hasFields,
  isCount,
  isFlag,
  isListOf,
  isNumber,
  isPositive,
  isText,
  orNone,
  orNull,
  wrongField,
} from "./checks.js";
import { type Delivery, isDelivery } from "./delivery.js";
import { isFold, isRetryPolicy, isShuffle, SHARD_FIELDS } from "./message-checks.js";
import type { Fold, RetryPolicy, Shard, Shuffle } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

/** A run of inputs that was encoded, stored and planned into shards at once. */
export interface Segment {
  /** Size of its inputs object, bytes. */
  inputsBytes: number;
  shards: readonly Shard[];
}

export interface JobRecord {
  version: number;
  jobId: string;
  /** Unix time in ms of the `map()`. */
  createdAt: number;
  /** For lists and messages: the name of the function, or of one without a name where it was mapped, such as `work.ts:12`; else empty. */
  functionName: string;
  functionDigest: string;
  /** Those of the job's setups, in the order in which they run. */
  setupDigests: readonly string[];
  /** The packages that travel with the function; null when there are none, or workers have them. */
  packagesDigest: string | null;
  packagesRoot: string | null;
  /** Those of the segments that are named here. */
  calls: number;
  /** In the order of their calls. An array of inputs is one. */
  segments: Segment[];
  /** Whether the inputs still came when this was stored: then segments are objects of their own. */
  isStream: boolean;
  /** Calls in all; null where nobody knew when this was stored. */
  total: number | null;
  /** Set where the function folds its inputs. */
  fold: Fold | null;
  /** Set where its calls give pairs, which are divided by key. */
  shuffle: Shuffle | null;
  /** Set where values are written to a place of the user's. */
  delivery: Delivery | null;
  /** Calls that run at once on each worker. */
  concurrentCalls: number;
  limitPerSecond: number | null;
  timeoutMs: number | null;
  /** Limits from the smallest to the largest, MiB; empty: there are none. */
  memoryMb: readonly number[];
  retries: RetryPolicy;
  maxAttempts: number;
  /** Whether shards that lag are copied. */
  speculate: boolean;
  /** When the job ends before all its calls have; null: it does not. */
  completion: {
    minSuccessful?: number | undefined;
    toleratedFailureCount?: number | undefined;
    toleratedFailurePercentage?: number | undefined;
  } | null;
  /** Names of the environment variables that calls see set or unset. Their values are in no store. */
  env: { set: string[]; unset: string[] };
  /** Set where results are kept in the job's own store; see `CacheRecord`. */
  cache?: CacheRecord | undefined;
  /** The span of the job, in the form of W3C's trace context; absent where nobody traces it. */
  traceparent?: string | undefined;
}

/** How what calls give is kept, for who drives the job on. */
export interface CacheRecord {
  /** Digest of all that results depend on, but the inputs. */
  recipe: string;
  /** Size of all that is kept, bytes; null: no limit. */
  maxBytes: number | null;
  /** Whether results depend on the index of their call as well. */
  byIndex: boolean;
}

export function encodeJobRecord(record: JobRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}

/** Throws `StoreError` when it is damaged, and `VersionError`. */
export function decodeJobRecord(bytes: Uint8Array, key: string): JobRecord {
  let record: JobRecord;
  try {
    record = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new StoreError(`The job record ${key} is damaged: it is not JSON.`, { key, cause });
  }
  if (typeof record !== "object" || record === null)
    throw new StoreError(`The job record ${key} is damaged: it is no object.`, { key });
  if (record.version !== WIRE_VERSION) throw new VersionError(`The job record ${key}`, record.version, WIRE_VERSION);
  const wrong = wrongField(record, CHECKS);
  if (wrong) throw new StoreError(`The job record ${key} is damaged: its field ${wrong} is missing or wrong.`, { key });
  if (countOf(record.segments, 0) !== record.calls)
    throw new StoreError(`The job record ${key} is damaged: its shards are not all its calls, each once.`, { key });
  return record;
}

/** As it is stored of a stream, at `segmentKey`. */
export function encodeSegment(segment: Segment): Uint8Array {
  return Buffer.from(JSON.stringify(segment));
}

/** Throws `StoreError` when it is damaged. */
export function decodeSegment(bytes: Uint8Array, key: string): Segment {
  const segment = parsed(bytes);
  const shards = SEGMENT(segment) ? (segment as Segment).shards : [];
  if (shards[0] && countOf([segment as Segment], shards[0].first) !== undefined) return segment as Segment;
  throw new StoreError(`The segment ${key} is damaged: it is no run of calls.`, { key });
}

/** How a stream of inputs ended, as it is stored at `streamEndKey`. */
export interface StreamEnd {
  /** Segments in all. */
  segments: number;
  /** Why the source was not read to its own end; null when it was. */
  failure: string | null;
}

export function encodeStreamEnd(end: StreamEnd): Uint8Array {
  return Buffer.from(JSON.stringify(end));
}

/** Throws `StoreError` when it is damaged. */
export function decodeStreamEnd(bytes: Uint8Array, key: string): StreamEnd {
  const end = parsed(bytes);
  if (hasFields({ segments: isCount, failure: orNull(isText) })(end)) return end as StreamEnd;
  throw new StoreError(`The end of the stream ${key} is damaged.`, { key });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

export function shardsOf({ segments }: Pick<JobRecord, "segments">): Shard[] {
  return segments.flatMap(({ shards }) => shards);
}

const SEGMENT = hasFields({ inputsBytes: isCount, shards: isListOf(hasFields(SHARD_FIELDS)) });

/** It becomes part of keys. */
const isDigest: Check = (value) => isText(value) && /^[0-9a-f]{64}$/.test(value as string);

const CHECKS: Record<keyof JobRecord, Check> = {
  version: isCount,
  jobId: isText,
  createdAt: isNumber,
  functionName: isText,
  functionDigest: isText,
  setupDigests: isListOf(isText),
  packagesDigest: orNull(isText),
  packagesRoot: orNull(isText),
  calls: isCount,
  segments: isListOf(SEGMENT),
  isStream: isFlag,
  total: orNull(isCount),
  fold: orNull(isFold),
  shuffle: orNull(isShuffle),
  delivery: orNull(isDelivery),
  concurrentCalls: (value) => isCount(value) && isPositive(value),
  limitPerSecond: orNull(isPositive),
  timeoutMs: orNull(isCount),
  memoryMb: isListOf(isCount),
  retries: isRetryPolicy,
  maxAttempts: isCount,
  speculate: isFlag,
  completion: orNull(
    hasFields({
      minSuccessful: orNone(isCount),
      toleratedFailureCount: orNone(isCount),
      toleratedFailurePercentage: orNone(isNumber),
    }),
  ),
  env: hasFields({ set: isListOf(isText), unset: isListOf(isText) }),
  cache: orNone(hasFields({ recipe: isDigest, maxBytes: orNull(isCount), byIndex: isFlag })),
  traceparent: orNone(isText),
};

/** Number of calls; undefined when the shards are not all calls from the first on, each once. */
function countOf(segments: readonly Segment[], firstCall: number): number | undefined {
  let next = firstCall;
  for (const { first, count } of segments.flatMap(({ shards }) => shards)) {
    if (first !== next || count === 0) return undefined;
    next += count;
  }
  return next - firstCall;
}
