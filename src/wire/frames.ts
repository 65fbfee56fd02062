/**
 * What host and local worker exchange, as bytes on a pipe: frames of JSON, each with a body of raw bytes or none.
 *
 *     mark    4 bytes, so that bytes of somebody else are known at once
 *     length  4 bytes, little-endian, of the JSON
 *     length  4 bytes, little-endian, of the body
 *     JSON, body
 */

import { Buffer } from "node:buffer";

/** Taken at load, as `Buffer` is: on a worker, the user's function may replace the global ones. */
const { parse, stringify } = JSON;

const MARK = 0x6672776e;
const HEAD_BYTES = 12;

export interface Frame {
  json: unknown;
  /** Empty when there is none. */
  body: Uint8Array;
}

/** Largest parts that a reader takes, bytes. */
export interface FrameLimits {
  json: number;
  body: number;
}

/** What came is no frame: from here on nobody knows where one would begin. */
export class BrokenFrame extends Error {}

const NO_BODY = new Uint8Array(0);

/** The frame in pieces that are written one after the other. */
export function encodeFrame(json: object, body: Uint8Array = NO_BODY): Uint8Array[] {
  const text = stringify(json);
  const bytes = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(HEAD_BYTES + bytes);
  head.writeUInt32LE(MARK, 0);
  head.writeUInt32LE(bytes, 4);
  head.writeUInt32LE(body.byteLength, 8);
  head.write(text, HEAD_BYTES);
  return body.byteLength > 0 ? [head, body] : [head];
}

/** Makes frames of chunks as they come. */
export class FrameReader {
  readonly #limits: FrameLimits;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes without which nothing can be made of what is there. */
  #needed = HEAD_BYTES;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** The frames that the chunk completes. Throws `BrokenFrame`. */
  add(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    const frames: Frame[] = [];
    while (this.#bytes >= this.#needed) {
      const bytes = this.#joined();
      const size = this.#sizeOf(bytes);
      this.#needed = size;
      if (bytes.byteLength < size) break;
      frames.push(frameOf(bytes, size));
      this.#keep(bytes.subarray(size));
    }
    return frames;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 ? (first as Buffer) : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [bytes];
    return bytes;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.byteLength > 0 ? [rest] : [];
    this.#bytes = rest.byteLength;
    this.#needed = HEAD_BYTES;
  }

  #sizeOf(bytes: Buffer): number {
    const json = bytes.readUInt32LE(4);
    const body = bytes.readUInt32LE(8);
    if (bytes.readUInt32LE(0) !== MARK || json > this.#limits.json || body > this.#limits.body)
      throw new BrokenFrame("These bytes are no frame.");
    return HEAD_BYTES + json + body;
  }
}

function frameOf(bytes: Buffer, size: number): Frame {
  const bodyStart = HEAD_BYTES + bytes.readUInt32LE(4);
  try {
    return { json: parse(bytes.toString("utf8", HEAD_BYTES, bodyStart)), body: bytes.subarray(bodyStart, size) };
  } catch (cause) {
    throw new BrokenFrame("The frame holds no JSON.", { cause });
  }
}
