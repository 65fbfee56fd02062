/**
 * The result object: one per shard, created once, and by that the commit of the shard. Either the outcomes of all its
 * calls, or a split record that names the pieces it was cut into.
 *
 *     version  1 byte
 *     digest   32 bytes, SHA-256 of all that follows
 *     length   4 bytes, little-endian, of the header
 *     header   JSON, see ResultHeader
 *     table    per call: status (1 byte), run time in ms (8), start after the shard's start in ms (8), bytes (8)
 *     values   encoded values and failures, one after the other
 */
import { createHash } from "node:crypto";
import { type CallOutput, StoreError, VersionError } from "../errors.js";
import type { Shard } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

/** Taken at load: on a worker, the user's function may replace the global one. */
const toJson = JSON.stringify;

const DIGEST_BYTES = 32;
const PREAMBLE_BYTES = 1 + DIGEST_BYTES + 4;
const ROW_BYTES = 25;

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
  count: number;
  /** Captured output of the calls that wrote any, by position in the shard. */
  output: Record<string, CallOutput>;
  /** Set in a split record, which has no calls of its own. */
  split?: Shard[];
}

/** How one call ended. */
export interface CallResult {
  ok: boolean;
  runMs: number;
  /** Start of the call, ms after the shard's start. */
  startMs: number;
  /** The encoded value, or the encoded failure. */
  bytes: Uint8Array;
}

export interface ShardResult extends ResultHeader {
  calls: CallResult[];
}

/** The object's bytes, in pieces that are stored one after the other. */
export function encodeResult({ calls, ...header }: ShardResult): Uint8Array[] {
  const headerBytes = Buffer.from(toJson(header));
  const head = Buffer.alloc(PREAMBLE_BYTES + headerBytes.byteLength + calls.length * ROW_BYTES);
  head[0] = WIRE_VERSION;
  head.writeUInt32LE(headerBytes.byteLength, 1 + DIGEST_BYTES);
  head.set(headerBytes, PREAMBLE_BYTES);
  calls.forEach((call, i) => {
    writeRow(head, PREAMBLE_BYTES + headerBytes.byteLength + i * ROW_BYTES, call);
  });
  const pieces = [head, ...calls.map((call) => call.bytes)];
  digest(pieces).copy(head, 1);
  return pieces;
}

function writeRow(into: Buffer, at: number, call: CallResult): void {
  into[at] = call.ok ? 1 : 0;
  into.writeDoubleLE(call.runMs, at + 1);
  into.writeDoubleLE(call.startMs, at + 9);
  into.writeDoubleLE(call.bytes.byteLength, at + 17);
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
  if (!digest([bytes]).equals(bytes.subarray(1, 1 + DIGEST_BYTES)))
    throw new StoreError(`The result object ${key} is damaged: its digest does not match. Run the job again.`, { key });
  const tableStart = PREAMBLE_BYTES + bytes.readUInt32LE(1 + DIGEST_BYTES);
  const header = readHeader(bytes.toString("utf8", PREAMBLE_BYTES, tableStart), key);
  return { ...header, calls: readRows(bytes, tableStart, header.count) };
}

/** The digest was right, so this was written so: by a worker whose globals a call had replaced, for one. */
function readHeader(text: string, key: string): ResultHeader {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StoreError(`The result object ${key} has no legible header. Run the job again.`, { key, cause });
  }
}

function readRows(bytes: Buffer, tableStart: number, count: number): CallResult[] {
  const calls: CallResult[] = new Array(count);
  let valueStart = tableStart + count * ROW_BYTES;
  for (let i = 0; i < count; i++) {
    const at = tableStart + i * ROW_BYTES;
    const valueEnd = valueStart + bytes.readDoubleLE(at + 17);
    calls[i] = {
      ok: bytes[at] === 1,
      runMs: bytes.readDoubleLE(at + 1),
      startMs: bytes.readDoubleLE(at + 9),
      bytes: bytes.subarray(valueStart, valueEnd),
    };
    valueStart = valueEnd;
  }
  return calls;
}
