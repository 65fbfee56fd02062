import { types } from "node:util";
import { isStandardGlobal } from "../identity/globals.js";
import type { Use } from "../source/uses.js";
import type { Loose } from "../types.js";
import { type HostNode, isNode } from "../walk/graph.js";

/** Entries that exist once on a worker anyway; see `rebuild/shared.ts`. */
const SHARED = new Set(["g", "pkg", "sym", "ref", "req"]);
/** Below this many elements a copy for each call costs less than it is worth to think about. */
const WORTH_SHARING = 32;

/**
 * Marks what every call may share: data that is frozen all the way down, and long lists, Maps and Sets of primitives
 * that the captured code provably only reads. Everything else is made anew for each call.
 */
export function markConstants(nodes: readonly HostNode[]): void {
  markFrozen(nodes);
  markReadOnly(nodes);
}

function referencesIn(data: Loose): HostNode[] {
  const found: HostNode[] = [];
  const pending: Loose[] = [data.p, data.v, data.proto, data.late, data.b, data.args, data.c];
  while (pending.length > 0) {
    const next = pending.pop();
    if (isNode(next)) found.push(next);
    else if (Array.isArray(next)) for (const one of next) if (typeof one === "object") pending.push(one);
  }
  return found;
}

function markFrozen(nodes: readonly HostNode[]): void {
  const candidates = new Set(
    nodes.filter(
      ({ data }) => (data.k === "obj" || data.k === "arr") && data.x === 3 && !data.stamps && !hasAccessors(data),
    ),
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of candidates) {
      if (referencesIn(node.data).every((one) => candidates.has(one) || SHARED.has(one.data.k))) continue;
      candidates.delete(node);
      changed = true;
    }
  }
  for (const { data } of candidates) data.st = 1;
}

function hasAccessors({ p }: Loose): boolean {
  return (p ?? []).some((one: Loose) => Array.isArray(one) && one[0] === "a");
}

function markReadOnly(nodes: readonly HostNode[]): void {
  const candidates = new Map(nodes.filter(isLongList).map((node) => [node, [node, ...node.needs]]));
  if (candidates.size === 0 || nodes.some(patchesBuiltins)) return;
  for (const node of nodes) {
    for (const { value, harmless } of node.fn?.references ?? []) if (!harmless) dropByValue(candidates, value);
    const inner = [
      ...referencesIn(node.data),
      ...(node.fn ? [node.fn.self, node.fn.args] : []),
      node.data.target,
      node.data.self,
      node.data.t,
      node.data.h,
      node.data.f,
      node.data.heritage,
    ];
    for (const one of [...inner, ...privatesIn(node.data)]) dropReached(candidates, node, one);
  }
  for (const parts of candidates.values()) for (const { data } of parts) data.st = 1;
}

function privatesIn({ priv, args }: Loose): Loose[] {
  return [
    ...(priv ?? []).flatMap(([, values]: Loose) => values.map(([, value]: Loose) => value)),
    ...(Array.isArray(args) ? args : []),
  ];
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
function dropReached(candidates: Map<HostNode, HostNode[]>, from: HostNode, to: Loose): void {
  for (const [node, parts] of candidates) if (parts.includes(to) && from !== node) candidates.delete(node);
}

function isLongList({ data, value, needs }: HostNode): boolean {
  if (data.p || data.late || data.stamps || data.x) return false;
  if (/^(arr|map|set)$/.test(data.k))
    return data.v?.length >= WORTH_SHARING && data.v.every((one: Loose) => !isNode(one));
  return (
    data.k === "view" &&
    types.isTypedArray(value) &&
    value.byteLength >= WORTH_SHARING &&
    needs.every((one) => !one.data.p && !one.data.late)
  );
}
