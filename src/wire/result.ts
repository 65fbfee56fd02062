/**
 * The result object: one per shard, created once, and by that the commit of the shard. Either the outcomes of all its
 * calls, or a split record that names the pieces it was cut into.
 *
 *     version  1 byte
 *     digest   32 bytes, SHA-256 of all that follows
 *     length   4 bytes, little-endian, of the header
 *     header   JSON, see StoredHeader
 *     table    per call: status (1 byte: 0 failed, 1 has a value, 2 failed as the call before it), run time in ms (8),
 *              start after the shard's start in ms (8), bytes (8), attempts (4)
 *     values   encoded values and failures, one after the other
 */
import { createHash } from "node:crypto";
import { type CallOutput, StoreError, VersionError } from "../errors.js";
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
import { isOutput, SHARD_FIELDS } from "./message-checks.js";
import type { Shard } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

/** Taken at load: on a worker, the user's function may replace the global one. */
const toJson = JSON.stringify;

const DIGEST_BYTES = 32;
const PREAMBLE_BYTES = 1 + DIGEST_BYTES + 4;
const ROW_BYTES = 29;

/** Statuses of a call. */
const FAILED = 0;
const OK = 1;
const ALIKE = 2;

export interface ResultHeader {
  jobId: string;
  shard: string;
  attemptId: string;
  attempt: number;
  /** Who ran the shard, such as `"process 4711"`; `"host"` for a verdict of the host. */
  worker: string;
  /** Unix time in ms at which the worker began with the shard. */
  startedAt: number;
  /** Time to fetch and prepare function and inputs, ms. */
  fetchMs: number;
  /** Cores of the machine that the worker shares with the others; absent where it has its own. */
  sharedCores?: number;
  count: number;
  /** Captured output of the calls that wrote any, by position in the shard. */
  output: Record<string, CallOutput>;
  /** Set when the job's setup ran on the worker for this shard. */
  setup?: SetupRun;
  /** Set in a split record, which has no calls of its own. */
  split?: Piece[];
}

/** What is stored as the header: the table of calls has a fixed width, which older hosts go by. */
interface StoredHeader extends ResultHeader {
  /** By position; absent where no call has it. */
  usage?: { cpuUs: number[]; idleUs: number[]; coreWaitUs?: number[] };
}

/** A part of a shard that was cut. */
export interface Piece extends Shard {
  /** Number of the next try that its calls get. */
  attempt: number;
}

export interface SetupRun {
  /** Time that it took, tries that failed included, ms. */
  ms: number;
  /** What it wrote; absent when it wrote nothing. */
  output?: CallOutput;
}

/** What a call took of its worker while it ran. Of calls that ran at once: its share, by how long each ran. */
export interface CallUsage {
  /** CPU time of the process, ms. */
  cpuMs: number;
  /** Time in which the event loop of the process waited, ms. */
  idleMs: number;
  /** Time in which its main thread could have run, but had no core, ms; absent where the system does not tell. */
  coreWaitMs?: number;
}

/** How one call ended. */
export interface CallResult {
  ok: boolean;
  /** Time of the try that this came of, ms. */
  runMs: number;
  /** Start of that try, ms after the shard's start. */
  startMs: number;
  /** Absent in a verdict of the host, and in what older workers wrote. */
  usage?: CallUsage;
  /** Tries that the call got, the one included that this came of. */
  attempts: number;
  /** The encoded value, or the encoded failure. */
  bytes: Uint8Array;
}

export interface ShardResult extends ResultHeader {
  calls: CallResult[];
}

/** The object's bytes, in pieces that are stored one after the other. */
export function encodeResult({ calls, ...header }: ShardResult): Uint8Array[] {
  const usage = usageOf(calls);
  const headerBytes = Buffer.from(toJson({ ...header, ...(usage && { usage }) } satisfies StoredHeader));
  const head = Buffer.alloc(PREAMBLE_BYTES + headerBytes.byteLength + calls.length * ROW_BYTES);
  head[0] = WIRE_VERSION;
  head.writeUInt32LE(headerBytes.byteLength, 1 + DIGEST_BYTES);
  head.set(headerBytes, PREAMBLE_BYTES);
  calls.forEach((call, i) => {
    writeRow(head, PREAMBLE_BYTES + headerBytes.byteLength + i * ROW_BYTES, call, isAlike(calls, i));
  });
  const pieces = [head, ...calls.filter((_, i) => !isAlike(calls, i)).map((call) => call.bytes)];
  digest(pieces).copy(head, 1);
  return pieces;
}

function usageOf(calls: readonly CallResult[]): StoredHeader["usage"] {
  if (!calls.some(({ usage }) => usage)) return undefined;
  const microseconds = (ms = 0) => Math.max(0, Math.round(ms * 1000));
  const isWaitTold = calls.every(({ usage }) => !usage || usage.coreWaitMs !== undefined);
  return {
    cpuUs: calls.map(({ usage }) => microseconds(usage?.cpuMs)),
    idleUs: calls.map(({ usage }) => microseconds(usage?.idleMs)),
    ...(isWaitTold && { coreWaitUs: calls.map(({ usage }) => microseconds(usage?.coreWaitMs)) }),
  };
}

/** Whether a call failed of the very thing that the call before it failed of, which is stored once. */
function isAlike(calls: readonly CallResult[], i: number): boolean {
  const [call, before] = [calls[i], calls[i - 1]];
  return call !== undefined && before !== undefined && !call.ok && !before.ok && call.bytes === before.bytes;
}

function writeRow(into: Buffer, at: number, call: CallResult, isAlikeBefore: boolean): void {
  into[at] = isAlikeBefore ? ALIKE : call.ok ? OK : FAILED;
  into.writeDoubleLE(call.runMs, at + 1);
  into.writeDoubleLE(call.startMs, at + 9);
  into.writeDoubleLE(isAlikeBefore ? 0 : call.bytes.byteLength, at + 17);
  into.writeUInt32LE(call.attempts, at + 25);
}

function digest(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  pieces.forEach((piece, i) => {
    hash.update(i === 0 ? piece.subarray(1 + DIGEST_BYTES) : piece);
  });
  return hash.digest();
}

/** Reads a result object. Throws `VersionError` or, when the bytes are not what was written, `StoreError`. */
export function decodeResult(object: Uint8Array, key: string): ShardResult {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const version = bytes[0] ?? 0;
  if (version !== WIRE_VERSION) throw new VersionError(`The result object ${key}`, version, WIRE_VERSION);
  if (bytes.byteLength < PREAMBLE_BYTES || !digest([bytes]).equals(bytes.subarray(1, 1 + DIGEST_BYTES)))
    throw new StoreError(`The result object ${key} is damaged: its digest does not match. Run the job again.`, { key });
  const tableStart = PREAMBLE_BYTES + bytes.readUInt32LE(1 + DIGEST_BYTES);
  const { usage, ...header } = readHeader(bytes.toString("utf8", PREAMBLE_BYTES, tableStart), key);
  const calls = readRows(bytes, tableStart, header.count, usage);
  if (!calls)
    throw new StoreError(`The result object ${key} has no legible table of calls. Run the job again.`, { key });
  return { ...header, calls };
}

/** What a result object must be of. */
export interface ResultIdentity {
  jobId: string;
  shard: Shard;
}

/** As `decodeResult`, for who knows what lies there. Throws `StoreError` for the object of another job or shard. */
export function decodeResultOf({ jobId, shard }: ResultIdentity, object: Uint8Array, key: string): ShardResult {
  const result = decodeResult(object, key);
  const isOurs = result.jobId === jobId && result.shard === shard.name;
  if (!isOurs || !(result.split ? isCutOf(shard, result.split) : result.count === shard.count))
    throw new StoreError(
      `The result object ${key} is not that of this shard, but of shard ${result.shard} of job ${result.jobId}. Run the job again.`,
      { key, isTransient: false },
    );
  return result;
}

/** Whether the pieces are all calls of the shard, each once: at least two, so that there is an end to cutting. */
function isCutOf(shard: Shard, pieces: unknown): boolean {
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
    throw new StoreError(`The result object ${key} has no legible header. Run the job again.`, { key, cause });
  }
  const wrong = wrongField(header, CHECKS);
  if (wrong === undefined) return header;
  throw new StoreError(
    `The result object ${key} has no legible header: its field ${wrong} is missing or wrong. Run the job again.`,
    {
      key,
    },
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
  split: orNone(isListOf(isPiece)),
};

function usageAt({ cpuUs, idleUs, coreWaitUs }: NonNullable<StoredHeader["usage"]>, i: number): CallUsage {
  const usage = { cpuMs: (cpuUs[i] ?? 0) / 1000, idleMs: (idleUs[i] ?? 0) / 1000 };
  return coreWaitUs ? { ...usage, coreWaitMs: (coreWaitUs[i] ?? 0) / 1000 } : usage;
}

/** Undefined unless the table is all there, and the values fill the rest of the object. */
function readRows(
  bytes: Buffer,
  tableStart: number,
  count: number,
  usage: StoredHeader["usage"],
): CallResult[] | undefined {
  if (tableStart + count * ROW_BYTES > bytes.byteLength) return undefined;
  const calls: CallResult[] = new Array(count);
  let valueStart = tableStart + count * ROW_BYTES;
  for (let i = 0; i < count; i++) {
    const at = tableStart + i * ROW_BYTES;
    const size = bytes.readDoubleLE(at + 17);
    const valueEnd = valueStart + size;
    if (!isCount(size) || valueEnd > bytes.byteLength) return undefined;
    calls[i] = {
      ok: bytes[at] === OK,
      runMs: bytes.readDoubleLE(at + 1),
      startMs: bytes.readDoubleLE(at + 9),
      attempts: bytes.readUInt32LE(at + 25),
      bytes: (bytes[at] === ALIKE && calls[i - 1]?.bytes) || bytes.subarray(valueStart, valueEnd),
      ...(usage && { usage: usageAt(usage, i) }),
    };
    valueStart = valueEnd;
  }
  return valueStart === bytes.byteLength ? calls : undefined;
}
