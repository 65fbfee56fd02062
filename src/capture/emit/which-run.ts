import { variableStep } from "../walk/bindings.js";
import type { HostNode } from "../walk/graph.js";
import type { Walker } from "../walk/walker.js";
import { markRuns } from "./mark-runs.js";
import { heapIdAt, sameScope } from "./same-scope.js";
import { chainOf } from "./scope-keys.js";
import type { Instance } from "./scopes.js";

/** To prove it for each pair takes milliseconds; for more functions than that, all are told apart together. */
const FEW = 3;
/** From this many runs on, one snapshot of the heap is quicker. */
const MANY = 10;

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
  const id = candidates.length < MANY ? undefined : heapIdAt(node, depth);
  const ids = id === undefined ? [] : candidates.map(({ members: [first] }) => first && heapIdAt(first.node, depth));
  if (ids.length > 0 && !ids.includes(undefined)) return candidates[ids.indexOf(id)];
  const alike = takeAlike();
  if (alike.length > FEW) markRuns(alike, depth, shared);
  return candidates.find((candidate) => {
    const other = candidate.members[0]?.node as HostNode;
    const verdict = sameScope(node, other, depth, shared);
    if (verdict === undefined) refuseUnproven(walker, node, shared[0] ?? "a variable");
    return verdict;
  });
}

function refuseUnproven(walker: Walker, node: HostNode, name: string): never {
  return walker.refuse(variableStep(node.step, name), {
    reason: "it is assigned by captured code, and whether two captured functions share it cannot be proved here",
    cure: "Keep the shared value in an object's property, or run without a debugger.",
  });
}
