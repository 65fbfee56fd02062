import { types } from "node:util";
import type { PooledView, WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { readProperty } from "../../own-property.js";
import type { BufferEntry, ViewEntry } from "../../payload/entry.js";
import type { Callable } from "../../types.js";
import { enter, fillOwn, fillPrototype, fillRest } from "./add-object.js";
import { keysBesideElements } from "./elements.js";
import { bufferOf, classOf, followsLength, isDetached, isPool, limitOf, placeOf } from "./memory.js";

type ViewNode = HostNode<object, ViewEntry<HostNode>>;

export function meetBuffer(walker: WalkContext, value: ArrayBuffer, step: Step): HostNode {
  if (isDetached(value)) return walker.refuse(step, detached);
  if (isPool(value)) return walker.refuse(step, pool);
  const bytes = new Uint8Array(value);
  const entry: BufferEntry<HostNode> = { kind: "buffer", blob: walker.blobs.push(bytes) - 1, maxBytes: limitOf(value) };
  const node = enter(walker, value, step, entry, fillRest(ArrayBuffer.prototype));
  node.bytes = bytes.byteLength;
  return node;
}

const detached = { reason: "its memory was transferred away", hint: "Capture it before it is transferred." };

const pool = {
  reason: "it is memory that Node.js keeps for all small Buffers, with bytes of others in it",
  hint: "Capture the Buffer itself, or a copy of its bytes: new Uint8Array(buffer).",
};

/** A view and its memory. Of memory that is shared with strangers only the view's own bytes travel. */
export function meetView(walker: WalkContext, value: object, step: Step): HostNode {
  const memory = bufferOf(value);
  if (types.isSharedArrayBuffer(memory)) return walker.refuse(step, shared);
  if (isDetached(memory)) return walker.refuse(step, detached);
  const entry = limitOf(memory) === undefined ? fixedEntry(value) : resizableEntry(walker, value, step);
  const node = enter(walker, value, step, entry, fillView);
  if (isPool(memory)) ownBytes(walker, node, memory);
  else sharedBytes(walker, node, memory);
  return node;
}

const shared = {
  reason: "it shows a SharedArrayBuffer, and workers share no memory with this process",
  hint: "Copy it into an ordinary typed array first.",
};

function fixedEntry(value: object): ViewEntry<HostNode> {
  const { start, length } = placeOf(value);
  const type = Object.getPrototypeOf(value) === Buffer.prototype ? "Buffer" : classOf(value);
  return { kind: "view", type, buffer: null, offset: start, length };
}

/** A view that follows its memory has no length of its own to write down. */
function resizableEntry(walker: WalkContext, value: object, step: Step): ViewEntry<HostNode> {
  const follows = followsLength(value);
  if (follows === undefined) return walker.refuse(step, outside);
  const { start, end, length } = placeOf(value);
  if (follows && end < bufferOf(value).byteLength) return walker.refuse(step, outside);
  return { kind: "view", type: classOf(value), buffer: null, offset: start, ...(!follows && { length }) };
}

const outside = {
  reason: "it lies outside of its memory, or ends within an element, since that was made smaller",
  hint: "Capture it while its ArrayBuffer has a fitting size.",
};

function fillView(walker: WalkContext, node: ViewNode): void {
  const { value, entry } = node;
  const maker = readProperty(globalThis, entry.type) as Callable;
  fillPrototype(walker, node, entry.type === "Buffer" ? Buffer.prototype : (maker.prototype as object));
  fillOwn(walker, node, keysBesideElements(value, entry.type === "DataView" ? 0 : placeOf(value).length));
}

function ownBytes(walker: WalkContext, node: ViewNode, memory: ArrayBuffer): void {
  const { start, end } = placeOf(node.value);
  const views = walker.pools.get(memory) ?? [];
  walker.pools.set(memory, views);
  views.push({ node, start, end });
  node.bytes = end - start;
}

function sharedBytes(walker: WalkContext, node: ViewNode, memory: ArrayBuffer): void {
  lieIn(node, walker.encode(memory, node.step), 0);
}

/** Views that overlap in a pool keep sharing memory: each run of overlapping bytes becomes one ArrayBuffer. */
export function settlePools(walker: WalkContext): void {
  for (const [buffer, views] of walker.pools) {
    views.sort((a, b) => a.start - b.start);
    let group: PooledView[] = [];
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
function settle(walker: WalkContext, buffer: ArrayBuffer, group: PooledView[], end: number): void {
  const [first] = group;
  if (!first) return;
  const isBytes = group.every(({ node }) => /8|Buffer|DataView/.test(node.entry.type));
  const pad = isBytes ? 0 : first.start % ALIGNMENT;
  const bytes = new Uint8Array(pad + end - first.start);
  bytes.set(new Uint8Array(buffer, first.start, end - first.start), pad);
  const memory: HostNode = walker.addNode({}, first.node.step, { kind: "buffer", blob: walker.blobs.push(bytes) - 1 });
  for (const { node } of group) lieIn(node, memory, first.start - pad);
}

function lieIn(node: ViewNode, memory: HostNode, start: number): void {
  node.entry.buffer = memory;
  node.entry.offset -= start;
  node.needs.push(memory);
}
