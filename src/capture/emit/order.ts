import type { Loose } from "../types.js";
import type { HostNode } from "../walk/graph.js";

/** Orders objects so that each stands after those it is made from, and numbers them. */
export function creationOrder(nodes: readonly HostNode[]): HostNode[] {
  const state = new Map<HostNode, "open" | "done">();
  const ordered: HostNode[] = [];
  for (const start of nodes) {
    const stack: HostNode[] = [start];
    while (stack.length > 0) {
      const node = stack.at(-1) as HostNode;
      if (state.get(node) === undefined) open(node, state, stack);
      else {
        stack.pop();
        if (state.get(node) === "open") node.order = ordered.push(node) - 1;
        state.set(node, "done");
      }
    }
  }
  return ordered;
}

function open(node: HostNode, state: Map<HostNode, string>, stack: HostNode[]): void {
  state.set(node, "open");
  for (const needed of creationNeeds(node)) {
    if (state.get(needed) === "open") breakCycle(node, needed);
    else if (!state.has(needed)) stack.push(needed);
  }
}

function creationNeeds(node: HostNode): HostNode[] {
  const { self, args } = node.fn ?? {};
  return [...node.needs, ...[self, args].filter((one): one is HostNode => isReference(one))];
}

function isReference(value: Loose): value is HostNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A prototype that needs its own object is set afterwards. */
function breakCycle(node: HostNode, needed: HostNode): void {
  if (node.data.proto !== needed) return;
  node.data.late = needed;
  node.data.proto = undefined;
}
