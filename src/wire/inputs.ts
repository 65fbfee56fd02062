/** The inputs object: every encoded input, each behind its length and checksum, so that any run of calls is one byte range. */
import { crc32 } from "node:zlib";
import { StoreError } from "../errors.js";

/** Bytes before each input: its length and its CRC-32, both little-endian. */
const FRAME_BYTES = 8;

/** Pieces of the object grow from the first size to the second, so that a small job allocates little. */
const FIRST_PIECE_BYTES = 4 * 1024;
const MAX_PIECE_BYTES = 1024 * 1024;

/** Collects encoded inputs and knows where each one starts. */
export class InputsWriter {
  readonly #pieces: Uint8Array[] = [];
  #piece = new Uint8Array(0);
  #used = 0;
  #bytes = 0;
  #starts = new Float64Array(64);
  #count = 0;

  add(encoded: Uint8Array): void {
    const size = FRAME_BYTES + encoded.byteLength;
    if (this.#piece.byteLength - this.#used < size) this.#nextPiece(size);
    const frame = new DataView(this.#piece.buffer, this.#used);
    frame.setUint32(0, encoded.byteLength, true);
    frame.setUint32(4, crc32(encoded), true);
    this.#piece.set(encoded, this.#used + FRAME_BYTES);
    this.#used += size;
    this.#noteStart();
    this.#bytes += size;
  }

  finish(): EncodedInputs {
    this.#endPiece();
    this.#noteStart();
    return { pieces: this.#pieces, count: this.#count - 1, starts: this.#starts.slice(0, this.#count) };
  }

  #nextPiece(size: number): void {
    this.#endPiece();
    const grown = Math.min(MAX_PIECE_BYTES, Math.max(FIRST_PIECE_BYTES, this.#bytes));
    this.#piece = new Uint8Array(Math.max(grown, size));
    this.#used = 0;
  }

  #endPiece(): void {
    if (this.#used > 0) this.#pieces.push(this.#piece.subarray(0, this.#used));
  }

  #noteStart(): void {
    if (this.#count === this.#starts.length) {
      const grown = new Float64Array(this.#starts.length * 2);
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#starts[this.#count++] = this.#bytes;
  }
}

export interface EncodedInputs {
  pieces: readonly Uint8Array[];
  count: number;
  /** Byte at which each input starts; one more entry than inputs, the last being the size of the whole. */
  starts: Float64Array;
}

/** The encoded inputs, from the pieces of an object that was made here. */
export function* eachInput({ pieces }: Pick<EncodedInputs, "pieces">): Generator<Uint8Array> {
  for (const piece of pieces) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = 0; at < piece.byteLength; ) {
      const start = at + FRAME_BYTES;
      const end = start + view.getUint32(at, true);
      yield piece.subarray(start, end);
      at = end;
    }
  }
}

/** Where each input starts in the whole inputs object, as in `EncodedInputs`. Throws `StoreError` when it is damaged. */
export function startsOf(object: Uint8Array, count: number): Float64Array {
  const starts = new Float64Array(count + 1);
  let i = 0;
  for (const input of readInputs(object, count)) {
    starts[i + 1] = (starts[i] as number) + inputBytes(input);
    i++;
  }
  return starts;
}

/** Bytes that an encoded input takes in the inputs object. */
export function inputBytes(encoded: Uint8Array): number {
  return FRAME_BYTES + encoded.byteLength;
}

/**
 * The encoded inputs of a shard, from its byte range of the inputs object; may be iterated more than once. Iterating throws
 * `StoreError` when they are damaged.
 */
export function readInputs(range: Uint8Array, count: number): Iterable<Uint8Array> {
  return { [Symbol.iterator]: () => inputsIn(range, count) };
}

function* inputsIn(range: Uint8Array, count: number): Generator<Uint8Array> {
  const view = new DataView(range.buffer, range.byteOffset, range.byteLength);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const start = at + FRAME_BYTES;
    const end = start <= range.byteLength ? start + view.getUint32(at, true) : Infinity;
    const input = end <= range.byteLength ? range.subarray(start, end) : undefined;
    if (!input || crc32(input) !== view.getUint32(at + 4, true))
      throw new StoreError(`The inputs object is damaged at input ${i} of ${count} of the shard. Run the job again.`);
    yield input;
    at = end;
  }
}
