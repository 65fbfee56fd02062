import { Malformed } from "../malformed.js";

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Reads from bytes that nobody has vouched for: each length is checked against what is left before it is used. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  /** Where the values end; buffers may follow. */
  end: number;
  private whole: Buffer | undefined;

  constructor(bytes: Uint8Array, position: number, end: number) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** The same memory, for Buffer's string methods. */
  get buffer(): Buffer {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.whole ??= Buffer.from(buffer, byteOffset, byteLength);
    return this.whole;
  }

  byte(): number {
    if (this.position >= this.end) throw new Malformed("they end too early");
    return this.bytes[this.position++] as number;
  }

  unsigned(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.longUnsigned(first & 0x7f);
  }

  private longUnsigned(low: number): number {
    let value = low;
    for (let unit = 0x80; unit <= 2 ** 49; unit *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return this.safe(value);
    }
    throw new Malformed("a number is too long");
  }

  private safe(value: number): number {
    if (Number.isSafeInteger(value)) return value;
    throw new Malformed("a number is too large");
  }

  double(): number {
    const start = this.take(8);
    for (let i = 0; i < 8; i++) doubleBytes[i] = this.bytes[start + i] as number;
    return double[0] as number;
  }

  /** A count of things of which each takes at least `bytesEach`, so that a claim never exceeds what is there. */
  count(bytesEach: number): number {
    const count = this.unsigned();
    if (count * bytesEach > this.end - this.position) throw new Malformed("a length exceeds what is there");
    return count;
  }

  /** Steps over `count` bytes and gives the position of the first. */
  take(count: number): number {
    const start = this.position;
    if (count > this.end - start) throw new Malformed("a length exceeds what is there");
    this.position = start + count;
    return start;
  }

  /** A copy of the next `count` bytes that starts at an offset of 0, so it is aligned for any type. */
  copy(count: number): ArrayBuffer {
    const start = this.take(count);
    const { buffer, byteOffset } = this.bytes;
    if (buffer instanceof ArrayBuffer) return buffer.slice(byteOffset + start, byteOffset + start + count);
    return new Uint8Array(this.bytes.subarray(start, start + count)).buffer;
  }
}
