import type { ByteReader } from "./decode/byte-reader.js";
import type { ByteWriter } from "./encode/byte-writer.js";
import { SMALL_INTEGERS, Tag } from "./tags.js";

const words = new BigInt64Array(1);
const wordBytes = new Uint8Array(words.buffer);

export function writeNumber(out: ByteWriter, value: number): void {
  const integer = value | 0;
  if (integer !== value || (value === 0 && 1 / value < 0)) {
    out.byte(Tag.DOUBLE);
    out.double(value);
  } else if (integer >= 0 && integer < SMALL_INTEGERS) {
    out.byte(integer);
  } else {
    out.byte(Tag.INTEGER);
    out.unsigned(((integer << 1) ^ (integer >> 31)) >>> 0);
  }
}

/** Sign in the lowest bit, so that small negative integers stay short. */
export function readInteger(input: ByteReader): number {
  const folded = input.unsigned();
  return (folded >>> 1) ^ -(folded & 1);
}

export function writeBigInt(out: ByteWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    words[0] = value;
    out.byte(Tag.BIGINT_64);
    out.raw(wordBytes);
    return;
  }
  const digits = (value < 0n ? -value : value).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  out.byte(value < 0n ? Tag.BIGINT_NEGATIVE : Tag.BIGINT_POSITIVE);
  out.unsigned(bytes.length);
  out.raw(bytes);
}

export function readBigInt64(input: ByteReader): bigint {
  const start = input.take(8);
  wordBytes.set(input.bytes.subarray(start, start + 8));
  return words[0] as bigint;
}

export function readLongBigInt(input: ByteReader): bigint {
  const size = input.count(1);
  const start = input.take(size);
  return size === 0 ? 0n : BigInt(`0x${input.buffer.toString("hex", start, start + size)}`);
}
