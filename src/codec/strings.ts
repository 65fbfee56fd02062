import type { ByteReader } from "./decode/byte-reader.js";
import type { ByteWriter } from "./encode/byte-writer.js";
import { Malformed } from "./malformed.js";
import { SHORT_STRING, SHORT_STRING_LIMIT, Tag } from "./tags.js";

/** Up to these lengths a loop in JavaScript beats a call into C++ (measured on Node 20 and 24). */
const LOOP_WRITE_LIMIT = 20;
const LOOP_READ_LIMIT = 12;

export function writeString(out: ByteWriter, text: string): void {
  const { length } = text;
  if (length < SHORT_STRING_LIMIT && writeShort(out, text)) return;
  const size = Buffer.byteLength(text);
  if (size === length) {
    startString(out, Tag.STRING_LATIN1, length);
    out.position += out.buffer.write(text, out.position, length, "latin1");
  } else if (isWellFormed(text)) {
    startString(out, Tag.STRING_UTF8, size);
    out.position += out.buffer.write(text, out.position, size, "utf8");
  } else {
    startString(out, Tag.STRING_UTF16, length * 2);
    out.position += out.buffer.write(text, out.position, length * 2, "utf16le");
  }
}

/** UTF-8 would replace a lone surrogate. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function startString(out: ByteWriter, tag: number, size: number): void {
  out.byte(tag);
  out.unsigned(size);
  out.ensure(size);
}

function writeShort(out: ByteWriter, text: string): boolean {
  const { length } = text;
  out.ensure(length + 1);
  const { bytes, position } = out;
  if (length > LOOP_WRITE_LIMIT) {
    if (Buffer.byteLength(text) !== length) return false;
    out.buffer.write(text, position + 1, length, "latin1");
  } else {
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return false;
      bytes[position + 1 + i] = unit;
    }
  }
  bytes[position] = SHORT_STRING + length;
  out.position = position + 1 + length;
  return true;
}

/** Reads a string where nothing else may stand. */
export function readString(input: ByteReader): string {
  const tag = input.byte();
  if (tag >= SHORT_STRING && tag < SHORT_STRING + SHORT_STRING_LIMIT) return readShort(input, tag - SHORT_STRING);
  return readLong(input, tag);
}

/** Reads the characters of a short string, after its tag. */
export function readShort(input: ByteReader, length: number): string {
  const start = input.take(length);
  if (length > LOOP_READ_LIMIT) return input.buffer.toString("latin1", start, start + length);
  const { bytes } = input;
  const end = start + length;
  let at = start;
  let text = "";
  for (; at + 4 <= end; at += 4) text += fourUnits(bytes, at);
  for (; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function fourUnits(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    bytes[at] as number,
    bytes[at + 1] as number,
    bytes[at + 2] as number,
    bytes[at + 3] as number,
  );
}

/** Reads a longer string, after its tag. */
export function readLong(input: ByteReader, tag: number): string {
  const encoding = encodingOf(tag);
  const size = input.count(1);
  const start = input.take(size);
  return input.buffer.toString(encoding, start, start + size);
}

function encodingOf(tag: number): BufferEncoding {
  if (tag === Tag.STRING_LATIN1) return "latin1";
  if (tag === Tag.STRING_UTF8) return "utf8";
  if (tag === Tag.STRING_UTF16) return "utf16le";
  throw new Malformed("a string was to be read where another value stands");
}
