import { type HostNode, isNode } from "../graph/node.js";

type RefuseCircle = (node: HostNode) => never;

/** Orders objects so that each stands after those it is made from, and numbers them. */
export function creationOrder(nodes: readonly HostNode[], refuseCircle: RefuseCircle): HostNode[] {
  for (;;) {
    const ordered = orderOnce(nodes, refuseCircle);
    if (!ordered) continue;
    for (const [order, node] of ordered.entries()) node.order = order;
    return ordered;
  }
}

/** Undefined where a circle of needs was come upon, and broken: then all is to be ordered anew. */
function orderOnce(nodes: readonly HostNode[], refuseCircle: RefuseCircle): HostNode[] | undefined {
  const state = new Map<HostNode, "open" | "done">();
  const ordered: HostNode[] = [];
  for (const start of nodes) {
    const stack: HostNode[] = [start];
    while (stack.length > 0) {
      const node = stack.at(-1) as HostNode;
      if (state.get(node) === undefined) {
        if (!open(node, state, stack, refuseCircle)) return undefined;
      } else {
        stack.pop();
        if (state.get(node) === "open") ordered.push(node);
        state.set(node, "done");
      }
    }
  }
  return ordered;
}

/** False where a circle was come upon that is broken now. */
function open(node: HostNode, state: Map<HostNode, string>, stack: HostNode[], refuseCircle: RefuseCircle): boolean {
  state.set(node, "open");
  for (const needed of creationNeeds(node)) {
    if (!state.has(needed)) stack.push(needed);
    if (state.get(needed) !== "open" || takesPrototypeLate(node, needed)) continue;
    const path = stack.filter((one) => state.get(one) === "open");
    const circle = path.slice(path.lastIndexOf(needed), path.lastIndexOf(node) + 1);
    if (!circle.some((one, index) => takesPrototypeLate(one, circle[index + 1]))) refuseCircle(node);
    return false;
  }
  return true;
}

function creationNeeds(node: HostNode): HostNode[] {
  const { self, args } = node.fn ?? {};
  return [...node.needs, ...[self, args].filter(isNode)];
}

/** A prototype that needs its own object is set once that is there. */
function takesPrototypeLate(node: HostNode, needed: HostNode | undefined): boolean {
  const { entry } = node;
  if (needed === undefined || entry.kind !== "object" || entry.prototype !== needed) return false;
  entry.latePrototype = needed;
  entry.prototype = undefined;
  node.needs = node.needs.filter((one) => one !== needed);
  return true;
}
