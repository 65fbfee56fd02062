import { Buffer } from "node:buffer";
import { isDeepStrictEqual, types } from "node:util";
import type { Loose } from "../types.js";
import type { HostNode, Step } from "./graph.js";
import { fillPrototype } from "./objects.js";
import { fillOwn } from "./properties.js";
import type { Walker } from "./walker.js";

const TYPED_ARRAY_TAG = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

function tagOf(value: object): string {
  return TYPED_ARRAY_TAG ? TYPED_ARRAY_TAG.call(value) : "";
}

export function meetBuffer(walker: Walker, value: Loose, step: Step): HostNode {
  if (value.detached === true || (value.byteLength === 0 && isDetached(value))) {
    return walker.refuse(step, {
      reason: "its memory was transferred away",
      cure: "Capture it before it is transferred.",
    });
  }
  const bytes = new Uint8Array(value);
  const data: Loose = { k: "buf", b: walker.blobs.push(bytes) - 1 };
  if (value.resizable) data.max = value.maxByteLength;
  const node = walker.addNode(value, step, data);
  node.bytes = bytes.byteLength;
  (node as Loose).fill = () => finish(walker, node, ArrayBuffer.prototype, () => false);
  return node;
}

function isDetached(value: ArrayBuffer): boolean {
  try {
    new Uint8Array(value);
    return false;
  } catch {
    return true;
  }
}

/** A view and its memory. Of a Buffer only its own bytes travel: small Buffers share one pool with strangers. */
export function meetView(walker: Walker, value: Loose, step: Step): HostNode {
  if (types.isSharedArrayBuffer(value.buffer)) {
    return walker.refuse(step, {
      reason: "it shows a SharedArrayBuffer, and workers share no memory with this process",
      cure: "Copy it into an ordinary typed array first.",
    });
  }
  const isBuffer = Buffer.isBuffer(value);
  const pooled = isBuffer && value.buffer.byteLength === Buffer.poolSize && !walker.known(value.buffer);
  const type = isBuffer ? "Buffer" : types.isDataView(value) ? "DataView" : tagOf(value);
  const node = walker.addNode(value, step, { k: "view", type });
  if (pooled) ownBytes(walker, node);
  else sharedBytes(walker, node);
  const natural = isBuffer ? Buffer.prototype : (globalThis as Loose)[type].prototype;
  (node as Loose).fill = () =>
    finish(walker, node, natural, (key) => !types.isDataView(value) && /^\d+$/.test(String(key)));
  return node;
}

function ownBytes(walker: Walker, node: HostNode): void {
  const { value, data } = node;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const pool = walker.pools.get(value.buffer) ?? [];
  walker.pools.set(value.buffer, pool);
  pool.push(node);
  data.o = 0;
  data.n = value.length;
  node.bytes = bytes.byteLength;
}

function sharedBytes(walker: Walker, node: HostNode): void {
  const { value, data, step } = node;
  data.b = walker.encode(value.buffer, step);
  node.needs.push(data.b);
  data.o = value.byteOffset;
  if (!isLengthTracking(value)) data.n = types.isDataView(value) ? value.byteLength : value.length;
}

/** Views on resizable memory may follow its length; those have no length of their own to write down. */
function isLengthTracking(value: Loose): boolean {
  return (
    value.buffer.resizable === true &&
    value.byteOffset + value.byteLength === value.buffer.byteLength &&
    value.byteLength > 0
  );
}

/** Listing the keys of a typed array lists each element; from this length on, extra keys are looked for otherwise. */
const LONG = 4096;

/** Whether a long typed array has nothing but its elements: then it equals a second view of the same memory. */
function isBare(value: Loose): boolean {
  if (!types.isTypedArray(value) || value.length < LONG) return false;
  const proto = Object.getPrototypeOf(value);
  const twin = new (globalThis as Loose)[tagOf(value)](value.buffer, value.byteOffset, value.length);
  return isDeepStrictEqual(value, Object.setPrototypeOf(twin, proto));
}

function finish(walker: Walker, node: HostNode, natural: object, skip: (key: PropertyKey) => boolean): void {
  fillPrototype(walker, node, natural);
  if (isBare(node.value)) {
    if (!Object.isExtensible(node.value)) node.data.x = 1;
    return;
  }
  fillOwn(walker, node, skip);
}

/** Buffers that overlap in a pool keep sharing memory: each run of overlapping bytes becomes one ArrayBuffer. */
export function settlePools(walker: Walker): void {
  for (const [buffer, nodes] of walker.pools) {
    const whole = walker.known(buffer);
    if (whole) {
      for (const node of nodes) lieIn(node, whole, 0);
      continue;
    }
    nodes.sort((a, b) => a.value.byteOffset - b.value.byteOffset);
    let group: HostNode[] = [];
    let end = -1;
    for (const node of nodes) {
      if (node.value.byteOffset >= end && group.length > 0) {
        settle(walker, buffer, group, end);
        group = [];
      }
      group.push(node);
      end = Math.max(end, node.value.byteOffset + node.value.byteLength);
    }
    settle(walker, buffer, group, end);
  }
}

function settle(walker: Walker, buffer: ArrayBuffer, group: HostNode[], end: number): void {
  const [first] = group;
  if (!first) return;
  const start = first.value.byteOffset;
  const bytes = new Uint8Array(buffer, start, end - start).slice();
  const memory = walker.addNode({}, first.step, { k: "buf", b: walker.blobs.push(bytes) - 1 });
  for (const node of group) lieIn(node, memory, start);
}

function lieIn(node: HostNode, memory: HostNode, start: number): void {
  node.data.b = memory;
  node.data.o = node.value.byteOffset - start;
  node.needs.push(memory);
}
