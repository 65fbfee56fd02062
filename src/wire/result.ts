/**
 * The result object: one per shard, created once, and by that the commit of the shard. Either the outcomes of all its
 * calls, or a split record that names the pieces it was cut into. Its head is all but the values, and can be read without them.
 *
 *     version   1 byte
 *     digest    32 bytes, SHA-256 of the rest of the head
 *     values    32 bytes, SHA-256 of the values
 *     head      4 bytes, little-endian: bytes of the head in all
 *     length    4 bytes, little-endian, of the header
 *     header    JSON, see StoredHeader
 *     table     per call: status (1 byte: 0 failed, 1 has a value, 2 failed as the call before it), run time in ms (8),
 *               start after the shard's start in ms (8), bytes (8), attempts (4)
 *     failures  of the calls that failed, encoded, one after the other
 *     ------ end of the head
 *     values    of the other calls, encoded, one after the other; or what calls gave pairs of [key, value], in parts (`parts.ts`)
 */
import { createHash } from "node:crypto";
import type { CallOutput } from "../errors.js";
import type { StoreRequests } from "../stores/counted.js";
import type { Invocation } from "./billed.js";
import type { Part } from "./delivery.js";
import type { Shard } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

/** Taken at load: on a worker, the user's function may replace the global one. */
const toJson = JSON.stringify;

export const DIGEST_BYTES = 32;
/** Where the fields of the head begin. */
export const VALUES_DIGEST_AT = 1 + DIGEST_BYTES;
export const HEAD_BYTES_AT = VALUES_DIGEST_AT + DIGEST_BYTES;
export const HEADER_BYTES_AT = HEAD_BYTES_AT + 4;
export const HEADER_AT = HEADER_BYTES_AT + 4;
export const ROW_BYTES = 29;

/** Statuses of a call. */
export const FAILED = 0;
export const OK = 1;
export const ALIKE = 2;

/** Stands for a worker in a result that the host has put together of kept ones. Its calls have had no tries. */
export const FROM_CACHE = "cache";

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
  /** Set where the calls' values were written to a place of the user's: then counts stand for them here. */
  part?: Part;
  /** What the worker asked of the job's store for the shard, the write of this object included. */
  requests?: StoreRequests;
  /** Where a platform bills for workers: what it bills for this shard. */
  invocation?: Invocation;
  /** Set in a split record, which has no calls of its own. */
  split?: Piece[];
  /** Set where the values are pairs, divided into parts: the bytes of each. The calls have no values of their own then. */
  keyParts?: number[];
}

/** What is stored as the header. */
export interface StoredHeader extends ResultHeader {
  /** Absent where no call tells. */
  usage?: CallUsages;
}

/** What each call took, by position, in whole µs; see `CallUsage`. */
export interface CallUsages {
  cpuUs: number[];
  idleUs: number[];
  coreWaitUs?: number[];
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
  /** As a worker gives it, and absent in a verdict of the host. What is read has that of all calls, in its header. */
  usage?: CallUsage;
  /** Tries that the call got, the one included that this came of. */
  attempts: number;
  /** The encoded value, or the encoded failure. */
  bytes: Uint8Array;
}

export interface ShardResult extends StoredHeader {
  calls: CallResult[];
}

/** The same as far as the head of the object tells. */
export interface CallRow extends Omit<CallResult, "bytes"> {
  /** Bytes of its value or failure; 0 for the value of a call whose shard has parts. */
  size: number;
  /** The encoded failure; undefined for a call with a value. */
  bytes: Uint8Array | undefined;
}

export function sizeOf(call: CallResult | CallRow): number {
  return "size" in call ? call.size : call.bytes.byteLength;
}

/** What is known of a shard: all of its result, or what the head of it tells. */
export interface ReadResult extends StoredHeader {
  calls: readonly (CallResult | CallRow)[];
  /** Byte of the object at which its values begin; undefined where it was made here. */
  valuesStart?: number | undefined;
}

export interface ShardHead extends StoredHeader {
  calls: CallRow[];
  /** Byte of the object at which its values begin. */
  valuesStart: number;
}

/**
 * The object's bytes, in pieces that are stored one after the other; the first one is its head.
 *
 * @param parts what the calls that did not fail gave all together, where that is stored instead of their values
 */
export function encodeResult({ calls, ...header }: ShardResult, parts?: readonly Uint8Array[]): Uint8Array[] {
  const usage = usageOf(calls);
  const stored = { ...header, ...(parts && { keyParts: parts.map(bytesOf) }), ...(usage && { usage }) };
  const headerBytes = Buffer.from(toJson(stored satisfies StoredHeader));
  const isOf = (ok: boolean) =>
    calls.filter((call, i) => call.ok === ok && !isAlike(calls, i)).map(({ bytes }) => bytes);
  const failures = Buffer.concat(isOf(false));
  const values = parts ?? isOf(true);
  const tableAt = HEADER_AT + headerBytes.byteLength;
  const failuresAt = tableAt + calls.length * ROW_BYTES;
  const head = Buffer.alloc(failuresAt + failures.byteLength);
  head[0] = WIRE_VERSION;
  digest(values).copy(head, VALUES_DIGEST_AT);
  head.writeUInt32LE(head.byteLength, HEAD_BYTES_AT);
  head.writeUInt32LE(headerBytes.byteLength, HEADER_BYTES_AT);
  head.set(headerBytes, HEADER_AT);
  calls.forEach((call, i) => {
    const size = (call.ok && parts) || isAlike(calls, i) ? 0 : call.bytes.byteLength;
    writeRow(head, tableAt + i * ROW_BYTES, call, size, isAlike(calls, i));
  });
  head.set(failures, failuresAt);
  digest([head.subarray(VALUES_DIGEST_AT)]).copy(head, 1);
  return [head, ...values];
}

function bytesOf({ byteLength }: Uint8Array): number {
  return byteLength;
}

function usageOf(calls: readonly CallResult[]): CallUsages | undefined {
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

function writeRow(into: Buffer, at: number, call: CallResult, size: number, isAlikeBefore: boolean): void {
  into[at] = isAlikeBefore ? ALIKE : call.ok ? OK : FAILED;
  into.writeDoubleLE(call.runMs, at + 1);
  into.writeDoubleLE(call.startMs, at + 9);
  into.writeDoubleLE(size, at + 17);
  into.writeUInt32LE(call.attempts, at + 25);
}

export function digest(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
