import { Malformed } from "../malformed.js";
import { FOOTER_BYTES, VIEW_TYPES } from "../tags.js";
import { ByteReader } from "./byte-reader.js";
import type { Decoder, Memory, MemoryPart } from "./context.js";

/** Reads the buffers at the end of the bytes, and takes them off the input. */
export function readBuffers(input: ByteReader): Memory[] {
  const footer = input.end - FOOTER_BYTES;
  if (footer < input.position) throw new Malformed("they end too early");
  const start = new ByteReader(input.bytes, footer, input.end).double();
  if (!Number.isSafeInteger(start) || start < input.position || start > footer)
    throw new Malformed("their buffers start nowhere");
  const section = new ByteReader(input.bytes, start, footer);
  const memories: Memory[] = [];
  for (let count = section.count(1); count > 0; count--) memories.push(readMemory(section));
  if (section.position !== footer) throw new Malformed("there is more after their buffers");
  input.end = start;
  return memories;
}

function readMemory(section: ByteReader): Memory {
  const maxByteLength = section.unsigned() - 1;
  const parts: MemoryPart[] = [];
  for (let count = section.count(2); count > 0; count--) {
    const start = section.unsigned();
    const size = section.count(1);
    const buffer = maxByteLength < 0 ? section.copy(size) : copyResizable(section, size, maxByteLength);
    parts.push({ start, end: start + size, buffer });
  }
  return parts;
}

/** Reserves addresses for the longest length, not memory. */
function copyResizable(section: ByteReader, size: number, maxByteLength: number): ArrayBuffer {
  const Resizable = ArrayBuffer as unknown as new (size: number, options: { maxByteLength: number }) => ArrayBuffer;
  const buffer = new Resizable(size, { maxByteLength });
  const start = section.take(size);
  new Uint8Array(buffer).set(section.bytes.subarray(start, start + size));
  return buffer;
}

export function readArrayBuffer(decoder: Decoder): ArrayBuffer {
  const [part, ...others] = memoryAt(decoder);
  if (!part || others.length > 0 || part.start !== 0) throw new Malformed("a buffer is not whole");
  return part.buffer;
}

function memoryAt({ input, memories }: Decoder): Memory {
  const memory = memories[input.unsigned()];
  if (memory) return memory;
  throw new Malformed("a buffer is missing");
}

export function readView(decoder: Decoder): ArrayBufferView {
  const { input } = decoder;
  const type = VIEW_TYPES[input.byte()];
  if (type === undefined) throw new Malformed("a view is of no known type");
  const memory = memoryAt(decoder);
  const start = input.unsigned();
  const size = input.unsigned();
  const part = partAround(memory, start, start + size);
  return makeView(type, part.buffer, start - part.start, size);
}

/** The last part that starts at or before `start`: parts do not overlap. */
function partAround(memory: Memory, start: number, end: number): MemoryPart {
  let low = 0;
  let high = memory.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((memory[middle] as MemoryPart).start <= start) low = middle;
    else high = middle - 1;
  }
  const part = memory[low];
  if (part && part.start <= start && end <= part.end) return part;
  throw new Malformed("a view lies outside of its buffer");
}

function makeView(type: (typeof VIEW_TYPES)[number], buffer: ArrayBuffer, offset: number, size: number) {
  if (type === "Buffer") return Buffer.from(buffer, offset, size);
  const types = globalThis as unknown as Record<string, typeof Uint8Array | undefined>;
  const View = types[type];
  if (!View) throw new Malformed(`this Node has no ${type}; read them with a newer one`);
  const unit = View.BYTES_PER_ELEMENT ?? 1;
  if (size % unit !== 0) throw new Malformed("a view ends within an element");
  return new View(buffer, offset, size / unit);
}
