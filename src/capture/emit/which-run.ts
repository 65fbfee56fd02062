import { getHeapStatistics } from "node:v8";
import { variableStep } from "../walk/bindings.js";
import type { HostNode } from "../walk/graph.js";
import type { Walker } from "../walk/walker.js";
import { markRuns } from "./mark-runs.js";
import { remember, rememberApart } from "./runs.js";
import { heapIdAt, sameScope } from "./same-scope.js";
import { chainOf } from "./scope-keys.js";
import type { Instance } from "./scopes.js";

/** To prove it for each pair takes milliseconds; for more functions than that, all are told apart together. */
const FEW = 3;

/** The one of some runs of a scope that a function stands in; undefined when it is none of them. */
export function sameAmong(
  walker: Walker,
  node: HostNode,
  candidates: readonly Instance[],
  depth: number,
  shared: readonly string[],
  takeAlike: () => readonly HostNode[],
): Instance | undefined {
  const isModule = chainOf(node)[depth]?.description === "Module";
  if (candidates.length === 0 || shared.length === 0 || isModule) return candidates[0];
  const alike = takeAlike();
  if (alike.length > FEW) tellApart(alike, depth, shared);
  return candidates.find((candidate) => {
    const other = candidate.members[0]?.node as HostNode;
    const verdict = sameScope(node, other, depth, shared);
    if (verdict === undefined) refuseUnproven(walker, node, shared[0] ?? "a variable");
    return verdict;
  });
}

/** Reading a mebibyte of the heap takes 75 ms where pausing a function takes 8 (200 runs, 12 MiB, on a busy machine). */
const PAUSES_A_MEBIBYTE = 10;
const MEBIBYTE = 2 ** 20;

function tellApart(alike: readonly HostNode[], depth: number, shared: readonly string[]): void {
  const pausesOfHeap = (getHeapStatistics().used_heap_size / MEBIBYTE) * PAUSES_A_MEBIBYTE;
  if (alike.length < pausesOfHeap || !rememberRunsInHeap(alike, depth)) markRuns(alike, depth, shared);
}

/** False when the heap cannot be read. */
function rememberRunsInHeap(nodes: readonly HostNode[], depth: number): boolean {
  const firsts = new Map<number, HostNode>();
  for (const node of nodes) {
    const id = heapIdAt(node, depth);
    if (id === undefined) return false;
    const first = firsts.get(id);
    if (first) remember(first.value, node.value, depth, true);
    else firsts.set(id, node);
  }
  const apart = [...firsts.values()].map(({ value }) => value);
  rememberApart(apart, depth);
  return true;
}

function refuseUnproven(walker: Walker, node: HostNode, name: string): never {
  return walker.refuse(variableStep(node.step, name), {
    reason: "it is assigned by captured code, and whether two captured functions share it cannot be proved here",
    cure: "Keep the shared value in an object's property, or run without a debugger.",
  });
}
