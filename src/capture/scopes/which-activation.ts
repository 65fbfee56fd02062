import { getHeapStatistics } from "node:v8";
import type { Activation } from "../graph/activation.js";
import type { WalkContext } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { infoOf } from "../graph/node.js";
import { variableStep } from "../graph/variable.js";
import type { CaptureSession } from "../session.js";
import { remember, rememberApart } from "./known-activations.js";
import { markActivations } from "./mark-activations.js";
import { heapIdAt, holdsOwnObject, sameScope } from "./same-activation.js";
import { chainOf } from "./scope-keys.js";

/** To prove it for each pair takes milliseconds; for more functions than that, all are told apart together. */
const FEW = 3;

/** The one of some runs of a scope that a function stands in; undefined when it is none of them. */
export function sameAmong(
  walker: WalkContext,
  node: HostNode,
  candidates: readonly Activation[],
  depth: number,
  shared: readonly string[],
  takeAlike: () => readonly HostNode[],
): Activation | undefined {
  const isModule = chainOf(node)[depth]?.description === "Module";
  if (candidates.length === 0 || shared.length === 0 || isModule) return candidates[0];
  if (holdsOwnObject(node, depth)) return candidates[0];
  const alike = takeAlike();
  if (alike.length > FEW) tellApart(walker.session, alike, depth, shared);
  return candidates.find((candidate) => {
    const other = candidate.members[0]?.node as HostNode;
    const verdict = sameScope(walker.session, node, other, depth, shared);
    if (verdict === undefined) refuseUnproven(walker, node, shared[0] ?? "a variable");
    return verdict;
  });
}

/** Reading a mebibyte of the heap takes 75 ms where pausing a function takes 8 (200 runs, 12 MiB, on a busy machine). */
const PAUSES_A_MEBIBYTE = 10;
const MEBIBYTE = 2 ** 20;

function tellApart(
  session: CaptureSession,
  alike: readonly HostNode[],
  depth: number,
  shared: readonly string[],
): void {
  const pausesOfHeap = (getHeapStatistics().used_heap_size / MEBIBYTE) * PAUSES_A_MEBIBYTE;
  if (alike.length < pausesOfHeap || !rememberActivationsInHeap(session, alike, depth))
    markActivations(session, alike, depth, shared);
}

/** False when the heap cannot be read. */
function rememberActivationsInHeap(session: CaptureSession, nodes: readonly HostNode[], depth: number): boolean {
  const firsts = new Map<number, HostNode>();
  for (const node of nodes) {
    const id = heapIdAt(session, node, depth);
    if (id === undefined) return false;
    const first = firsts.get(id);
    if (first) remember(infoOf(first).fn, infoOf(node).fn, depth, true);
    else firsts.set(id, node);
  }
  const apart = [...firsts.values()].map((one) => infoOf(one).fn);
  rememberApart(apart, depth);
  return true;
}

function refuseUnproven(walker: WalkContext, node: HostNode, name: string): never {
  return walker.refuse(variableStep(node.step, name), {
    reason: "it is assigned by captured code, and whether two captured functions share it cannot be proved here",
    hint: "Keep the shared value in an object's property, or run without a debugger.",
  });
}
