/** Reads result objects, which anybody may have written who can write to the store: all of one, or its head. */
import { StoreError, VersionError } from "../errors.js";
import { isInvocation } from "./billed.js";
import {
  type Check,
  hasFields,
  isCount,
  isListOf,
  isNumber,
  isPositive,
  isText,
  orNone,
  wrongField,
} from "./checks.js";
import { isPart } from "./delivery.js";
import { isOutput, SHARD_FIELDS } from "./message-checks.js";
import type { Shard } from "./messages.js";
import {
  ALIKE,
  type CallResult,
  type CallRow,
  DIGEST_BYTES,
  digest,
  HEAD_BYTES_AT,
  HEADER_AT,
  HEADER_BYTES_AT,
  OK,
  type Piece,
  type ResultHeader,
  ROW_BYTES,
  type ShardHead,
  type ShardResult,
  type StoredHeader,
  VALUES_DIGEST_AT,
} from "./result.js";
import { WIRE_VERSION } from "./version.js";

/** Reads a result object. Throws `VersionError` or, when the bytes are not what was written, `StoreError`. */
export function decodeResult(object: Uint8Array, key: string): ShardResult {
  const head = decodeHead(object, key);
  const { valuesStart, calls, ...header } = head;
  const values = object.subarray(valuesStart);
  const expected = object.subarray(VALUES_DIGEST_AT, VALUES_DIGEST_AT + DIGEST_BYTES);
  if (!digest([values]).equals(expected)) throw damaged(key);
  const withValues = valuesOf(head, values);
  if (!withValues) throw illegible(key, "table of calls");
  return { ...header, calls: withValues };
}

/** As `decodeResult`, of the beginning of the object or of all of it. */
export function decodeHead(object: Uint8Array, key: string): ShardHead {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const version = bytes[0] ?? 0;
  if (version !== WIRE_VERSION) throw new VersionError(`The result object ${key}`, version, WIRE_VERSION);
  if (bytes.byteLength < HEADER_AT) throw damaged(key);
  const valuesStart = bytes.readUInt32LE(HEAD_BYTES_AT);
  const rest = bytes.subarray(VALUES_DIGEST_AT, valuesStart);
  if (valuesStart > bytes.byteLength || !digest([rest]).equals(bytes.subarray(1, VALUES_DIGEST_AT))) throw damaged(key);
  const tableStart = HEADER_AT + bytes.readUInt32LE(HEADER_BYTES_AT);
  const header = readHeader(bytes.toString("utf8", HEADER_AT, tableStart), key);
  const calls = readRows(bytes.subarray(0, valuesStart), tableStart, header.count);
  if (!calls) throw illegible(key, "table of calls");
  return { ...header, calls, valuesStart };
}

/** Bytes of the head of the object that begins so; undefined where that is too short to tell. */
export function headBytesOf(beginning: Uint8Array): number | undefined {
  if (beginning.byteLength < HEADER_BYTES_AT) return undefined;
  return new DataView(beginning.buffer, beginning.byteOffset).getUint32(HEAD_BYTES_AT, true);
}

function damaged(key: string): StoreError {
  return new StoreError(`The result object ${key} is damaged: its digest does not match. Run the job again.`, { key });
}

function illegible(key: string, what: string, cause?: unknown): StoreError {
  return new StoreError(`The result object ${key} has no legible ${what}. Run the job again.`, { key, cause });
}

/** What a result object must be of. */
export interface ResultIdentity {
  jobId: string;
  shard: Pick<Shard, "name" | "first" | "count">;
}

/** As `decodeResult`, for who knows what lies there. Throws `StoreError` for the object of another job or shard. */
export function decodeResultOf(identity: ResultIdentity, object: Uint8Array, key: string): ShardResult {
  const result = decodeResult(object, key);
  checkIdentity(identity, result, key);
  return result;
}

/** As `decodeHead`, likewise. */
export function decodeHeadOf(identity: ResultIdentity, object: Uint8Array, key: string): ShardHead {
  const head = decodeHead(object, key);
  checkIdentity(identity, head, key);
  return head;
}

function checkIdentity({ jobId, shard }: ResultIdentity, result: ResultHeader, key: string): void {
  const isOurs = result.jobId === jobId && result.shard === shard.name;
  if (isOurs && (result.split ? isCutOf(shard, result.split) : result.count === shard.count)) return;
  throw new StoreError(
    `The result object ${key} is not that of this shard, but of shard ${result.shard} of job ${result.jobId}. Run the job again.`,
    { key, isTransient: false },
  );
}

/** Whether the pieces are all calls of the shard, each once: at least two, so that there is an end to cutting. */
function isCutOf(shard: ResultIdentity["shard"], pieces: unknown): boolean {
  if (!Array.isArray(pieces) || pieces.length < 2) return false;
  let next = shard.first;
  for (const { name, first, count, attempt } of pieces as Piece[]) {
    if (typeof name !== "string" || first !== next) return false;
    if (![count, attempt].every((number) => Number.isInteger(number) && number >= 1)) return false;
    next += count;
  }
  return next === shard.first + shard.count;
}

/** The digest was right, so this was written so: by a worker whose globals a call had replaced, for one. */
function readHeader(text: string, key: string): StoredHeader {
  let header: StoredHeader;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw illegible(key, "header", cause);
  }
  const wrong = wrongField(header, CHECKS);
  if (wrong === undefined) return header;
  throw new StoreError(
    `The result object ${key} has no legible header: its field ${wrong} is missing or wrong. Run the job again.`,
    { key },
  );
}

const isPiece = hasFields({ ...SHARD_FIELDS, attempt: isCount });
const isOutputs: Check = (value) =>
  typeof value === "object" && value !== null && Object.values(value).every((one) => isOutput(one));

const isUsage = hasFields({
  cpuUs: isListOf(isCount),
  idleUs: isListOf(isCount),
  coreWaitUs: orNone(isListOf(isCount)),
});

const CHECKS: Record<keyof StoredHeader, Check> = {
  jobId: isText,
  shard: isText,
  attemptId: isText,
  attempt: isCount,
  worker: isText,
  startedAt: isNumber,
  fetchMs: isNumber,
  sharedCores: orNone(isPositive),
  usage: orNone(isUsage),
  count: isCount,
  output: isOutputs,
  setup: orNone(hasFields({ ms: isNumber, output: orNone(isOutput) })),
  part: orNone(isPart),
  requests: orNone(hasFields({ reads: isCount, writes: isCount, lists: isCount })),
  invocation: orNone(isInvocation),
  split: orNone(isListOf(isPiece)),
  keyParts: orNone(isListOf(isCount)),
};

/** Undefined unless the table is all there, and the failures fill the rest of the head. */
function readRows(head: Buffer, tableStart: number, count: number): CallRow[] | undefined {
  if (tableStart + count * ROW_BYTES > head.byteLength) return undefined;
  const calls: CallRow[] = new Array(count);
  let failuresStart = tableStart + count * ROW_BYTES;
  for (let i = 0; i < count; i++) {
    const at = tableStart + i * ROW_BYTES;
    const ok = head[at] === OK;
    const size = head.readDoubleLE(at + 17);
    const failureEnd = failuresStart + (ok ? 0 : size);
    if (!isCount(size) || failureEnd > head.byteLength) return undefined;
    calls[i] = {
      ok,
      runMs: head.readDoubleLE(at + 1),
      startMs: head.readDoubleLE(at + 9),
      attempts: head.readUInt32LE(at + 25),
      size,
      bytes: ok ? undefined : (head[at] === ALIKE && calls[i - 1]?.bytes) || head.subarray(failuresStart, failureEnd),
    };
    failuresStart = failureEnd;
  }
  return failuresStart === head.byteLength ? calls : undefined;
}

const NOTHING = new Uint8Array(0);

/** The rows with their values; undefined unless these fill the rest of the object. */
function valuesOf({ calls, keyParts }: ShardHead, values: Uint8Array): CallResult[] | undefined {
  let start = keyParts ? keyParts.reduce((sum, bytes) => sum + bytes, 0) : 0;
  for (const call of calls) {
    const end = start + (call.ok ? call.size : 0);
    if (end > values.byteLength) return undefined;
    // In its place: to make each call anew took a tenth of a host's time with short calls.
    call.bytes ??= keyParts ? NOTHING : values.subarray(start, end);
    start = end;
  }
  return start === values.byteLength ? (calls as CallResult[]) : undefined;
}
