import { types } from "node:util";
import type { WalkContext } from "../graph/context.js";
import { type HostNode, infoOf, type Reference } from "../graph/node.js";
import { stepTo } from "../graph/path.js";
import type { Refusal } from "../graph/refusal.js";
import { variableStep } from "../graph/variable.js";
import { readProperty } from "../own-property.js";
import { type Changing, changedVariables, importsOf, type Sight, sightsOf } from "./live-variables.js";

const otherName: Refusal = {
  reason:
    "it is an import of a variable that captured code assigns, and the two would not stay one variable on a worker",
  hint: "Export a function that reads it, and call that.",
};

const unproven: Refusal = {
  reason: "whether it is an import of a variable that captured code assigns cannot be proved here",
  hint: "Export a function that reads it, and call that, or run without a debugger.",
};

/**
 * An import sees what its module assigns later; captured, it would be a copy. Where import and variable have one name,
 * and nothing else in the captured code goes by that name, both become one variable around all modules.
 */
export function settleLiveImports(walker: WalkContext, nodes: readonly HostNode[]): void {
  const changing = changedVariables(nodes);
  if (changing.length === 0) return;
  const joined = new Map<string, Changing>();
  const imports = importsOf(nodes);
  const members = membersOf(walker);
  for (const one of changing) {
    for (const sight of sightsOf(walker.session, one, [...imports, ...members])) joinImport(walker, sight, one, joined);
  }
  for (const one of joined.values()) for (const node of nodes) join(walker, node, one);
}

function joinImport(walker: WalkContext, sight: Sight, one: Changing, joined: Map<string, Changing>): void {
  const { node, name, reference } = sight;
  const step = reference ? variableStep(node.step, name) : stepTo(node.step, name);
  if (!sight.proven) walker.refuse(step, unproven);
  const isOne = reference && name === one.name && (joined.get(name) ?? one) === one;
  if (!isOne) walker.refuse(step, otherName);
  joined.set(name, one);
  reference.live = true;
}

/** What captured code reads of captured namespaces. */
function membersOf(walker: WalkContext): Sight[] {
  return walker.nodes.filter(isNamespace).flatMap((node) => {
    const { value } = node;
    const names = node.whole ? Object.keys(value) : [...(node.partial?.keys() ?? [])];
    return names.map((name) => {
      return { node, name, reference: undefined, proven: true, read: () => readProperty(value, name) };
    });
  });
}

function isNamespace(node: HostNode): node is HostNode<object> {
  const { value, entry } = node;
  return entry.kind === "object" && types.isModuleNamespaceObject(value);
}

/** The module's own uses are of the joined variable, which must not come in the way of a global one of that name. */
function join(walker: WalkContext, node: HostNode, { name, scriptId }: Changing): void {
  const { source, references, script, look } = infoOf(node);
  const found: Reference | undefined = references.find((one) => one.name === name);
  if (source.analysis.free.has(name) && (!found || found.view < 0))
    walker.refuse(variableStep(node.step, name), otherName);
  const isOwn = script?.scriptId === scriptId && look.scopes[found?.view ?? -1]?.description === "Module";
  if (found && isOwn) found.live = true;
}
