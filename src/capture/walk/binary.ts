import { types } from "node:util";
import type { Loose } from "../types.js";
import { keysBesideElements } from "./elements.js";
import { enter, fillOwn, fillPrototype, fillRest } from "./enter.js";
import type { HostNode, Step } from "./graph.js";
import { bufferOf, classOf, followsLength, isDetached, isPool, limitOf, placeOf } from "./memory.js";
import type { Walker } from "./walker.js";

export function meetBuffer(walker: Walker, value: ArrayBuffer, step: Step): HostNode {
  if (isDetached(value)) return walker.refuse(step, detached);
  if (isPool(value)) return walker.refuse(step, pool);
  const bytes = new Uint8Array(value);
  const data: Loose = { k: "buf", b: walker.blobs.push(bytes) - 1, max: limitOf(value) };
  const node = enter(walker, value, step, data, fillRest(ArrayBuffer.prototype));
  node.bytes = bytes.byteLength;
  return node;
}

const detached = { reason: "its memory was transferred away", cure: "Capture it before it is transferred." };

const pool = {
  reason: "it is memory that Node.js keeps for all small Buffers, with bytes of others in it",
  cure: "Capture the Buffer itself, or a copy of its bytes: new Uint8Array(buffer).",
};

/** A view and its memory. Of memory that is shared with strangers only the view's own bytes travel. */
export function meetView(walker: Walker, value: object, step: Step): HostNode {
  const memory = bufferOf(value);
  if (types.isSharedArrayBuffer(memory)) return walker.refuse(step, shared);
  if (isDetached(memory)) return walker.refuse(step, detached);
  const data = limitOf(memory) === undefined ? fixedData(value) : resizableData(walker, value, step);
  const node = enter(walker, value, step, data, fillView);
  if (isPool(memory)) ownBytes(walker, node, memory);
  else sharedBytes(walker, node, memory);
  return node;
}

const shared = {
  reason: "it shows a SharedArrayBuffer, and workers share no memory with this process",
  cure: "Copy it into an ordinary typed array first.",
};

function fixedData(value: object): Loose {
  const { start, length } = placeOf(value);
  const type = Object.getPrototypeOf(value) === Buffer.prototype ? "Buffer" : classOf(value);
  return { k: "view", type, o: start, n: length };
}

/** A view that follows its memory has no length of its own to write down. */
function resizableData(walker: Walker, value: object, step: Step): Loose {
  const follows = followsLength(value);
  if (follows === undefined) return walker.refuse(step, outside);
  const { start, end, length } = placeOf(value);
  if (follows && end < bufferOf(value).byteLength) return walker.refuse(step, outside);
  return { k: "view", type: classOf(value), o: start, ...(!follows && { n: length }) };
}

const outside = {
  reason: "it lies outside of its memory, or ends within an element, since that was made smaller",
  cure: "Capture it while its ArrayBuffer has a fitting size.",
};

function fillView(walker: Walker, node: HostNode): void {
  const { value, data } = node;
  fillPrototype(walker, node, data.type === "Buffer" ? Buffer.prototype : (globalThis as Loose)[data.type].prototype);
  fillOwn(walker, node, keysBesideElements(value, data.type === "DataView" ? 0 : placeOf(value).length));
}

function ownBytes(walker: Walker, node: HostNode, memory: ArrayBuffer): void {
  const { start, end } = placeOf(node.value);
  const views = walker.pools.get(memory) ?? [];
  walker.pools.set(memory, views);
  views.push({ node, start, end });
  node.bytes = end - start;
}

function sharedBytes(walker: Walker, node: HostNode, memory: ArrayBuffer): void {
  lieIn(node, walker.encode(memory, node.step), 0);
}

/** A view of a pool. */
export interface Pooled {
  node: HostNode;
  start: number;
  end: number;
}

/** Views that overlap in a pool keep sharing memory: each run of overlapping bytes becomes one ArrayBuffer. */
export function settlePools(walker: Walker): void {
  for (const [buffer, views] of walker.pools) {
    views.sort((a, b) => a.start - b.start);
    let group: Pooled[] = [];
    let end = -1;
    for (const view of views) {
      if (view.start >= end) {
        settle(walker, buffer, group, end);
        group = [];
      }
      group.push(view);
      end = Math.max(end, view.end);
    }
    settle(walker, buffer, group, end);
  }
}

const ALIGNMENT = 8;

/** Views of numbers have to begin at a multiple of their size. */
function settle(walker: Walker, buffer: ArrayBuffer, group: Pooled[], end: number): void {
  const [first] = group;
  if (!first) return;
  const isBytes = group.every(({ node }) => /8|Buffer|DataView/.test(node.data.type));
  const pad = isBytes ? 0 : first.start % ALIGNMENT;
  const bytes = new Uint8Array(pad + end - first.start);
  bytes.set(new Uint8Array(buffer, first.start, end - first.start), pad);
  const memory = walker.addNode({}, first.node.step, { k: "buf", b: walker.blobs.push(bytes) - 1 });
  for (const { node } of group) lieIn(node, memory, first.start - pad);
}

function lieIn(node: HostNode, memory: HostNode, start: number): void {
  node.data.b = memory;
  node.data.o -= start;
  node.needs.push(memory);
}
