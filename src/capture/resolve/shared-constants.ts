import { types } from "node:util";
import type { CapturedGlobal } from "../graph/context.js";
import type { GraphEncoded, GraphEntry } from "../graph/node.js";
import { type HostNode, isNode } from "../graph/node.js";
import { nodesIn } from "../graph/references.js";
import { isStandardGlobal } from "../identity/globals.js";
import { isSharedKind } from "../payload/entry.js";
import { eachProperty, flagged } from "../payload/properties.js";
import type { Use } from "../source/uses.js";

/** Below this many elements a copy for each call costs less than it is worth to think about. */
const WORTH_SHARING = 32;

/**
 * Marks what every call may share: data that is frozen all the way down, and long lists, Maps and Sets of primitives
 * that the captured code provably only reads. Everything else is made anew for each call.
 */
export function markConstants(nodes: readonly HostNode[], globals: readonly CapturedGlobal[] = []): void {
  markFrozen(nodes);
  markReadOnly(nodes, globals);
}

function markFrozen(nodes: readonly HostNode[]): void {
  const candidates = new Set(nodes.filter(({ entry }) => isFrozenData(entry)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of candidates) {
      if (nodesIn(node.entry).every((one) => candidates.has(one) || isSharedKind(one.entry))) continue;
      candidates.delete(node);
      changed = true;
    }
  }
  for (const { entry } of candidates) entry.isShared = true;
}

function isFrozenData(entry: GraphEntry): boolean {
  const isData = entry.kind === "object" || entry.kind === "array";
  return isData && entry.extensibility === "frozen" && !entry.stamps && !hasAccessors(entry);
}

function hasAccessors({ properties }: GraphEntry): boolean {
  let found = false;
  eachProperty(properties, (_key, value) => {
    if (flagged(value)?.[0] === "accessor") found = true;
  });
  return found;
}

function markReadOnly(nodes: readonly HostNode[], globals: readonly CapturedGlobal[]): void {
  const candidates = new Map(nodes.filter(isLongList).map((node) => [node, [node, ...node.needs]]));
  if (candidates.size === 0 || nodes.some(patchesBuiltins)) return;
  for (const node of nodes) {
    for (const { value, harmless } of node.fn?.references ?? []) if (!harmless) dropByValue(candidates, value);
    const given = node.fn ? [node.fn.self, node.fn.args, node.fn.home] : [];
    for (const one of [...nodesIn(node.entry), ...given]) dropReached(candidates, node, one);
  }
  // What code does with a member of the global object is not analysed.
  for (const { value } of globals) dropByValue(candidates, value);
  for (const parts of candidates.values()) for (const { entry } of parts) entry.isShared = true;
}

/** Reading methods that the call itself replaces may do anything. */
function patchesBuiltins({ fn }: HostNode): boolean {
  const free = fn?.source.analysis.free ?? new Map();
  return [...free].some(
    ([name, { uses }]) =>
      isStandardGlobal(name) &&
      uses.some(({ members, end }: Use) => members[0] === "prototype" && (end === "write" || members.length === 1)),
  );
}

/** A typed array's memory is its parts': who holds that can change the array. */
function dropByValue(candidates: Map<HostNode, HostNode[]>, value: unknown): void {
  for (const [node, parts] of candidates) if (parts.some((one) => one.value === value)) candidates.delete(node);
}

/** A list that another object holds may be reached, and changed, in ways that nobody analysed. */
function dropReached(candidates: Map<HostNode, HostNode[]>, from: HostNode, to: GraphEncoded | undefined): void {
  if (!isNode(to)) return;
  for (const [node, parts] of candidates) if (parts.includes(to) && from !== node) candidates.delete(node);
}

function isLongList({ entry, value, needs }: HostNode): boolean {
  if (entry.properties || entry.latePrototype !== undefined || entry.stamps || entry.extensibility) return false;
  const list = listOf(entry);
  if (list) return list.length >= WORTH_SHARING && !list.some(isNode);
  return (
    entry.kind === "view" &&
    types.isTypedArray(value) &&
    value.byteLength >= WORTH_SHARING &&
    needs.every((one) => !one.entry.properties && one.entry.latePrototype === undefined)
  );
}

function listOf(entry: GraphEntry): readonly unknown[] | undefined {
  if (entry.kind === "array") return entry.elements;
  if (entry.kind === "map") return entry.entries;
  return entry.kind === "set" ? entry.values : undefined;
}
