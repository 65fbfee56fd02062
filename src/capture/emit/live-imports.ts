import { types } from "node:util";
import { exportNamesOf, parsedScript } from "../source/script.js";
import { declaredAs, variableStep } from "../walk/bindings.js";
import type { HostNode } from "../walk/graph.js";
import { stepTo } from "../walk/properties.js";
import type { Walker } from "../walk/walker.js";
import { infoOf } from "./scopes.js";

interface Changing {
  exported: Set<string>;
  value: unknown;
}

const refusal = {
  reason:
    "it is an import of a variable that captured code assigns, and the two would not stay one variable on a worker",
  cure: "Export a function that reads it, and call that.",
};

/** An import sees what its module assigns later; captured, it would be a copy. */
export function refuseLiveImports(walker: Walker, nodes: readonly HostNode[]): void {
  const changing = nodes.flatMap(changedExports);
  if (changing.length === 0) return;
  for (const node of nodes) refuseImports(walker, node, changing);
  for (const node of walker.nodes) if (types.isModuleNamespaceObject(node.value)) refuseMembers(walker, node, changing);
}

function changedExports(node: HostNode): Changing[] {
  const { references, script, look } = infoOf(node);
  if (!script?.isModule) return [];
  return references
    .filter(({ assigned, view }) => assigned && look.scopes[view]?.description === "Module")
    .map(({ name, value }) => ({ exported: exportNamesOf(script.scriptId, name), value }));
}

function refuseImports(walker: Walker, node: HostNode, changing: Changing[]): void {
  const info = infoOf(node);
  for (const { name, value } of info.references) {
    if (declaredAs(info, name)?.kind !== "import") continue;
    const imported = info.script && parsedScript(info.script.scriptId)?.imports.get(name)?.imported;
    const isLive = changing.some(
      (one) => imported !== undefined && one.exported.has(imported) && Object.is(one.value, value),
    );
    if (isLive) walker.refuse(variableStep(node.step, name), refusal);
  }
}

function refuseMembers(walker: Walker, node: HostNode, changing: Changing[]): void {
  const names = node.whole ? Object.keys(node.value) : [...(node.partial?.keys() ?? [])];
  for (const name of names) {
    const isLive = changing.some((one) => one.exported.has(name) && Object.is(one.value, node.value[name]));
    if (isLive) walker.refuse(stepTo(node.step, name), refusal);
  }
}
