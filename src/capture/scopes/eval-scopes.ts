import type { WalkContext } from "../graph/context.js";
import { type HostNode, infoOf, type Reference } from "../graph/node.js";
import { variableStep } from "../graph/variable.js";
import { isGlobal } from "./scope-keys.js";

interface Found {
  node: HostNode;
  reference: Reference;
}

/**
 * Code that a direct eval made sees the variables around the eval, which stand in another script's text: what they share
 * with that script cannot be followed, so such a variable must not be assigned.
 */
export function refuseEvalSharing(walker: WalkContext, nodes: readonly HostNode[]): void {
  const byName = new Map<string, Found[]>();
  for (const node of nodes) {
    for (const reference of infoOf(node).references) {
      if (isGlobal(infoOf(node).look.scopes[reference.view]?.description ?? "Global")) continue;
      const found = byName.get(reference.name) ?? [];
      byName.set(reference.name, found);
      found.push({ node, reference });
    }
  }
  for (const found of byName.values()) refuseShared(walker, found);
}

function refuseShared(walker: WalkContext, found: readonly Found[]): void {
  const scripts = new Set(found.map(({ node }) => infoOf(node).script?.scriptId));
  if (scripts.size < 2 || !found.some(({ reference }) => reference.assigned)) return;
  const foreign = found.find(isForeign);
  if (!foreign) return;
  walker.refuse(variableStep(foreign.node.step, foreign.reference.name), {
    reason: "code that eval made shares it with other code, and it is assigned",
    hint: "Keep the shared value in an object's property.",
  });
}

/** Whether a variable of a scope is declared nowhere in the script of the function that uses it. */
function isForeign({ node, reference: { name } }: Found): boolean {
  const around = infoOf(node).source.surroundings();
  return around !== undefined && !around.scopes.some(({ names }) => names.has(name));
}
