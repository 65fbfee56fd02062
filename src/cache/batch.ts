/**
 * A batch: results of one function that were kept at once, as one object of a store. Its head can be read without its values.
 *
 *     version  1 byte
 *     digest   32 bytes, SHA-256 of the rest of the head
 *     lengths  4 bytes and 4 bytes, little-endian: of the header, and number of results
 *     header   JSON, see BatchHeader
 *     table    per result: digest of the input (32 bytes), Unix time at which it was kept in ms (8), size of the value (8),
 *              first half of the value's SHA-256 (16)
 *     values   encoded values, one after the other
 */
import { createHash, hash } from "node:crypto";
import { hasFields, isCount, isText } from "../wire/checks.js";

/** Raised whenever a reader of the old layout would get it wrong: batches of other versions are as if they were not there. */
const BATCH_VERSION = 1;

const DIGEST_BYTES = 32;
const PREAMBLE_BYTES = 1 + DIGEST_BYTES + 8;
const CHECK_BYTES = 16;
const ROW_BYTES = DIGEST_BYTES + 8 + 8 + CHECK_BYTES;

export interface BatchHeader {
  /** Name of the function, for lists; empty when it has none. */
  functionName: string;
}

export interface KeptResult {
  /** Digest of the input; see `digestText`. */
  input: string;
  /** Unix time at which it was kept, ms. */
  keptAt: number;
  /** The encoded value. */
  bytes: Uint8Array;
}

/** What the head of a batch says of a result. */
export interface KeptRow {
  input: string;
  keptAt: number;
  /** Place of its value in the object, bytes. */
  start: number;
  end: number;
}

/** A batch that is not what was written. */
export class DamagedBatch extends Error {}

/** SHA-256, a character for each byte: half the memory of hexadecimal digits, of which a process may hold millions. */
export function digestText(bytes: Uint8Array | string): string {
  // At once, which takes a third of what an object for it does.
  return hash("sha256", bytes, "binary");
}

/** Bytes that it takes in a batch. */
export function sizeOfKept({ bytes }: Pick<KeptResult, "bytes">): number {
  return ROW_BYTES + bytes.byteLength;
}

/** The object's bytes, in pieces that are stored one after the other. */
export function encodeBatch(header: BatchHeader, results: readonly KeptResult[]): Uint8Array[] {
  const headerBytes = Buffer.from(JSON.stringify(header));
  const tableStart = PREAMBLE_BYTES + headerBytes.byteLength;
  const head = Buffer.alloc(tableStart + results.length * ROW_BYTES);
  head[0] = BATCH_VERSION;
  head.writeUInt32LE(headerBytes.byteLength, 1 + DIGEST_BYTES);
  head.writeUInt32LE(results.length, 1 + DIGEST_BYTES + 4);
  head.set(headerBytes, PREAMBLE_BYTES);
  results.forEach(({ input, keptAt, bytes }, i) => {
    const at = tableStart + i * ROW_BYTES;
    head.write(input, at, "latin1");
    head.writeDoubleLE(keptAt, at + DIGEST_BYTES);
    head.writeDoubleLE(bytes.byteLength, at + DIGEST_BYTES + 8);
    checkOf(bytes).copy(head, at + DIGEST_BYTES + 16);
  });
  digestOfHead(head).copy(head, 1);
  return [head, ...results.map(({ bytes }) => bytes)];
}

/** First half of a value's digest. */
function checkOf(bytes: Uint8Array): Buffer {
  return Buffer.from(digestText(bytes).slice(0, CHECK_BYTES), "latin1");
}

function digestOfHead(head: Uint8Array): Buffer {
  return createHash("sha256")
    .update(head.subarray(1 + DIGEST_BYTES))
    .digest();
}

/** Size of the head, from its first bytes. Throws `DamagedBatch` when an object of `bytes` cannot have it. */
export function headBytes(beginning: Uint8Array, bytes: number): number {
  if (beginning.byteLength < PREAMBLE_BYTES) throw new DamagedBatch("it is shorter than any");
  const view = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const size =
    PREAMBLE_BYTES + view.readUInt32LE(1 + DIGEST_BYTES) + view.readUInt32LE(1 + DIGEST_BYTES + 4) * ROW_BYTES;
  if (size > bytes) throw new DamagedBatch("it has been cut off");
  return size;
}

/** Whether a batch is of this release's layout. */
export function isOfThisVersion(beginning: Uint8Array): boolean {
  return beginning[0] === BATCH_VERSION;
}

export class BatchHead {
  readonly header: BatchHeader;
  readonly #table: Buffer;
  /** Where each value starts, and the last one ends. */
  readonly #starts: Float64Array;

  /** Throws `DamagedBatch` for a head that is not what was written, or not that of an object of `bytes`. */
  constructor(head: Uint8Array, bytes: number) {
    const all = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
    if (!digestOfHead(all).equals(all.subarray(1, 1 + DIGEST_BYTES)))
      throw new DamagedBatch("its digest does not match");
    const tableStart = PREAMBLE_BYTES + all.readUInt32LE(1 + DIGEST_BYTES);
    this.header = readHeader(all.toString("utf8", PREAMBLE_BYTES, tableStart));
    this.#table = all.subarray(tableStart);
    this.#starts = new Float64Array(this.results + 1);
    this.#starts[0] = head.byteLength;
    for (let row = 0; row < this.results; row++) {
      const size = this.#table.readDoubleLE(row * ROW_BYTES + DIGEST_BYTES + 8);
      if (!isCount(size)) throw new DamagedBatch("a size in it is none");
      this.#starts[row + 1] = this.#start(row) + size;
    }
    if (this.#start(this.results) !== bytes) throw new DamagedBatch("its size is not that of its values");
  }

  get results(): number {
    return this.#table.byteLength / ROW_BYTES;
  }

  row(row: number): KeptRow {
    const at = row * ROW_BYTES;
    return {
      input: this.#table.toString("latin1", at, at + DIGEST_BYTES),
      keptAt: this.#table.readDoubleLE(at + DIGEST_BYTES),
      start: this.#start(row),
      end: this.#start(row + 1),
    };
  }

  /** Whether these are the bytes of the row's value. */
  isValue(row: number, bytes: Uint8Array): boolean {
    const at = row * ROW_BYTES + DIGEST_BYTES + 16;
    return digestText(bytes).startsWith(this.#table.toString("latin1", at, at + CHECK_BYTES));
  }

  #start(row: number): number {
    return this.#starts[row] as number;
  }
}

function readHeader(text: string): BatchHeader {
  try {
    const header: unknown = JSON.parse(text);
    if (hasFields({ functionName: isText })(header)) return header as BatchHeader;
  } catch {
    // Said below.
  }
  throw new DamagedBatch("its header is none");
}
