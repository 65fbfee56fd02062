const INITIAL_BYTES = 16 * 1024;
/** Scratch memory up to this size is kept for the next value; more is handed to the caller instead of copied. */
const KEPT_BYTES = 1024 * 1024;
/** Memory is handed over only when this share of it is used; below that a copy is the smaller waste. */
const HAND_OVER_SHARE = 0.75;

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Appends to memory that grows, and is used again for the next value. */
export class ByteWriter {
  /** The memory; bytes before `position` are written. Changes when it grows. */
  bytes: Uint8Array = new Uint8Array(INITIAL_BYTES);
  /** The same memory, for Buffer's string methods. */
  buffer: Buffer = asBuffer(this.bytes);
  position = 0;

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    if (this.position + count > this.bytes.length) this.grow(count);
  }

  private grow(count: number): void {
    const size = Math.max(this.bytes.length * 2, this.position + count + INITIAL_BYTES);
    const larger = Buffer.allocUnsafeSlow(size);
    larger.set(this.bytes.subarray(0, this.position));
    this.buffer = larger;
    this.bytes = new Uint8Array(larger.buffer);
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.position++] = value;
  }

  /** A non-negative integer up to 2^53, seven bits a byte, lowest first. */
  unsigned(value: number): void {
    this.ensure(8);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    this.bytes[this.position++] = rest;
  }

  double(value: number): void {
    this.ensure(8);
    double[0] = value;
    const { bytes, position } = this;
    for (let i = 0; i < 8; i++) bytes[position + i] = doubleBytes[i] as number;
    this.position = position + 8;
  }

  raw(source: Uint8Array): void {
    this.ensure(source.length);
    this.bytes.set(source, this.position);
    this.position += source.length;
  }

  /** What was written, as memory of its own; the writer starts anew. */
  finish(): Uint8Array {
    const { bytes, position } = this;
    if (bytes.length <= KEPT_BYTES) {
      this.position = 0;
      return bytes.slice(0, position);
    }
    this.reset();
    return position >= bytes.length * HAND_OVER_SHARE ? bytes.subarray(0, position) : bytes.slice(0, position);
  }

  /** Drops what was written, and memory that is too large to keep. */
  reset(): void {
    this.position = 0;
    if (this.bytes.length <= KEPT_BYTES) return;
    this.bytes = new Uint8Array(INITIAL_BYTES);
    this.buffer = asBuffer(this.bytes);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
