import { type HostNode, infoOf } from "../graph/node.js";
import type { CaptureSession } from "../session.js";
import { remember, rememberApart } from "./known-activations.js";
import { whilePaused } from "./pause-at-entry.js";
import { markIn, nameToMark, valueSeen } from "./same-activation.js";
import { chainOf } from "./scope-keys.js";

/** Functions whose variable has a marker for the time being, by the marker. */
type Marked = Map<unknown, HostNode>;

/**
 * Finds out which of many functions stand in the same activation of a scope, whose variables all have equal values. In each
 * one variable gets a marker of its own for the time being, so that every function needs to be looked at just once.
 */
export function markActivations(
  session: CaptureSession,
  nodes: readonly HostNode[],
  depth: number,
  shared: readonly string[],
): void {
  const values = chainOf(nodes[0] as HostNode)[depth]?.values ?? {};
  const name = nameToMark(values, shared);
  if (name === undefined) return;
  const marked: Marked = new Map();
  try {
    const left = nodes.filter(
      (node) => !joins(node, marked, depth, name) && !mark(session, node, marked, depth, name, values[name]),
    );
    for (const node of left) joins(node, marked, depth, name);
    const apart = [...marked.values()].map((node) => infoOf(node).fn);
    rememberApart(apart, depth);
  } finally {
    for (const node of marked.values())
      whilePaused(session, infoOf(node), (pause) => pause.assign(depth, name, values[name]));
  }
}

function joins(node: HostNode, marked: Marked, depth: number, name: string): boolean {
  const found = marked.size > 0 ? marked.get(valueSeen(node, depth, name)) : undefined;
  if (found) remember(infoOf(found).fn, infoOf(node).fn, depth, true);
  return found !== undefined;
}

/** False where the function cannot be paused, or the variable cannot be given a marker. */
function mark(
  session: CaptureSession,
  node: HostNode,
  marked: Marked,
  depth: number,
  name: string,
  original: unknown,
): boolean {
  const marker = whilePaused(session, infoOf(node), (pause) => markIn(pause, depth, name, original));
  if (marker !== undefined) marked.set(marker, node);
  return marker !== undefined;
}
