import { types } from "node:util";
import * as threads from "node:worker_threads";
import { getterOf } from "./getter.js";

const OF_TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype);

function gettersOf(prototype: object) {
  return {
    buffer: getterOf<ArrayBuffer>(prototype, "buffer"),
    byteOffset: getterOf<number>(prototype, "byteOffset"),
    byteLength: getterOf<number>(prototype, "byteLength"),
    length: getterOf<number>(prototype, "length"),
  };
}

const typed = { ...gettersOf(OF_TYPED_ARRAY), tag: getterOf<string>(OF_TYPED_ARRAY, Symbol.toStringTag) };
const dataView = gettersOf(DataView.prototype);
const memory = {
  byteLength: getterOf<number>(ArrayBuffer.prototype, "byteLength"),
  maxByteLength: getterOf<number>(ArrayBuffer.prototype, "maxByteLength"),
  resizable: getterOf<boolean>(ArrayBuffer.prototype, "resizable"),
};

export function bufferOf(view: object): ArrayBuffer {
  return (types.isDataView(view) ? dataView : typed).buffer(view);
}

/** Name of the class that made the view: that of typed arrays by their elements' type, or "DataView". */
export function classOf(view: object): string {
  return types.isDataView(view) ? "DataView" : typed.tag(view);
}

/** Where a view lies in its memory, in bytes; `length` in elements, which for a DataView are bytes. */
export interface Place {
  start: number;
  end: number;
  length: number;
}

/** Throws for a DataView that lies outside of its memory. */
export function placeOf(view: object): Place {
  const { byteOffset, byteLength, length } = types.isDataView(view) ? dataView : typed;
  const [start, bytes] = [byteOffset(view), byteLength(view)];
  return { start, end: start + bytes, length: types.isDataView(view) ? bytes : length(view) };
}

/** The most that resizable memory may grow to; undefined for other memory. */
export function limitOf(buffer: ArrayBuffer): number | undefined {
  return memory.resizable(buffer) === true ? memory.maxByteLength(buffer) : undefined;
}

export function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

const clone = globalThis.structuredClone;

/**
 * Whether memory is Node's own, which small Buffers share with strangers: that is marked as not to be transferred. On
 * older versions the mark shows where a buffer is named twice for a transfer, which fails for others before any is made.
 */
export function isPool(buffer: ArrayBuffer): boolean {
  const { isMarkedAsUntransferable } = threads as { isMarkedAsUntransferable?: (object: object) => boolean };
  if (isMarkedAsUntransferable) return isMarkedAsUntransferable(buffer);
  try {
    clone(null, { transfer: [buffer, buffer] });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a view of resizable memory follows its length; undefined when it lies outside. No getter tells, so it is
 * tried on a copy of both.
 */
export function followsLength(view: object): boolean | undefined {
  const twin = copyOf(view);
  if (!twin) return undefined;
  const buffer = bufferOf(twin);
  const { start, end } = placeOf(twin);
  const limit = memory.maxByteLength(buffer);
  const isGrown = limit - end >= 8;
  (buffer as ArrayBuffer & { resize(bytes: number): void }).resize(isGrown ? limit : start);
  return isGrown ? placeOf(twin).end > end : !liesOutside(twin);
}

function copyOf(view: object): object | undefined {
  try {
    return clone(view);
  } catch {
    return undefined;
  }
}

function liesOutside(view: object): boolean {
  try {
    if (types.isDataView(view)) placeOf(view);
    else OF_TYPED_ARRAY.at.call(view, 0);
    return false;
  } catch {
    return true;
  }
}
