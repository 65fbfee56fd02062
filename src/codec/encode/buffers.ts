import { isDeepStrictEqual, types } from "node:util";
import { type BufferTable, type SharedMemory, spansOf } from "../buffer-spans.js";
import { FOOTER_BYTES, Tag, VIEW_TYPES } from "../tags.js";
import type { ByteWriter } from "./byte-writer.js";
import type { Encoder } from "./context.js";
import { viewTypeName } from "./kinds.js";
import { Refusal, refuseOwnKeys } from "./refuse.js";

/** Up to this length the own keys of a typed array, of which each index is one, are listed. */
const LISTED_LENGTH = 64;

export interface ResizableBuffer extends ArrayBuffer {
  readonly resizable: boolean;
  readonly maxByteLength: number;
}

/** Writes which buffer is meant; the bytes follow at the end. An ArrayBuffer itself is always sent whole. */
export function writeArrayBuffer(encoder: Encoder, value: ArrayBuffer): void {
  const memory = memoryOf(encoder, value);
  memory.whole = true;
  encoder.out.byte(Tag.ARRAY_BUFFER);
  encoder.out.unsigned(memory.index);
}

/** Writes which bytes of which buffer are meant; the bytes follow at the end, only those that some view needs. */
export function writeView(encoder: Encoder, view: ArrayBufferView): void {
  refuseViewExtras(view);
  const { buffer, byteOffset, byteLength } = view;
  if (types.isSharedArrayBuffer(buffer))
    throw new Refusal("It is a view of a SharedArrayBuffer, whose memory is not shared there", "Send a copy.");
  if ((buffer as ResizableBuffer).resizable)
    throw new Refusal("It is a view of a resizable ArrayBuffer", "Send a copy, as view.slice() gives.");
  const memory = memoryOf(encoder, buffer as ArrayBuffer);
  const isBuffer = Buffer.isBuffer(view);
  memory.views.push(byteOffset, byteOffset + byteLength);
  memory.onlyBuffers &&= isBuffer;
  const { out } = encoder;
  out.byte(Tag.VIEW);
  out.byte(isBuffer ? 0 : (VIEW_TYPES as readonly string[]).indexOf(viewTypeName(view)));
  out.unsigned(memory.index);
  out.unsigned(byteOffset);
  out.unsigned(byteLength);
}

function memoryOf(encoder: Encoder, buffer: ArrayBuffer): SharedMemory {
  encoder.buffers ??= new Map();
  const known = encoder.buffers.get(buffer);
  if (known) return known;
  if (isDetached(buffer))
    throw new Refusal("Its memory is detached: it was transferred elsewhere", "Send it before it is transferred.");
  const memory: SharedMemory = { index: encoder.buffers.size, views: [], whole: false, onlyBuffers: true };
  encoder.buffers.set(buffer, memory);
  return memory;
}

function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}

function refuseViewExtras(view: ArrayBufferView): void {
  const length = types.isTypedArray(view) ? view.length : 0;
  if (length > LISTED_LENGTH && isDeepStrictEqual(view, sameView(view as Uint8Array))) return;
  refuseOwnKeys(view, "a view of memory", length);
}

/** Another view of the same bytes: comparing the two compares their own properties, at the speed of memcmp. */
function sameView(view: Uint8Array): ArrayBufferView {
  if (Buffer.isBuffer(view)) return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  const types = globalThis as unknown as Record<string, typeof Uint8Array>;
  const TypedArray = types[viewTypeName(view)] as typeof Uint8Array;
  return new TypedArray(view.buffer, view.byteOffset, view.length);
}

/** Writes the memory that views need, and where it starts. */
export function writeBuffers(out: ByteWriter, table: BufferTable): void {
  const start = out.position;
  out.unsigned(table.size);
  for (const [buffer, memory] of table) writeMemory(out, buffer as ResizableBuffer, memory);
  out.ensure(FOOTER_BYTES);
  out.double(start);
}

function writeMemory(out: ByteWriter, buffer: ResizableBuffer, memory: SharedMemory): void {
  const spans = spansOf(buffer.byteLength, memory);
  out.unsigned(buffer.resizable ? buffer.maxByteLength + 1 : 0);
  out.unsigned(spans.length);
  for (const { start, end } of spans) {
    out.unsigned(start);
    out.unsigned(end - start);
    out.raw(new Uint8Array(buffer, start, end - start));
  }
}
