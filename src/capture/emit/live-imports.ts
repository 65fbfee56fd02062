import { types } from "node:util";
import { exportNamesOf, parsedScript } from "../source/script.js";
import { declaredAs, variableStep } from "../walk/bindings.js";
import type { FunctionInfo, HostNode, Reference } from "../walk/graph.js";
import { stepTo } from "../walk/properties.js";
import type { Walker } from "../walk/walker.js";
import { infoOf } from "./scopes.js";

/** A variable of a module that captured code assigns, and that the module exports. */
interface Changing {
  name: string;
  url: string;
  scriptId: string;
  exported: Set<string>;
  value: unknown;
}

const refusal = {
  reason:
    "it is an import of a variable that captured code assigns, and the two would not stay one variable on a worker",
  cure: "Export a function that reads it, and call that.",
};

/**
 * An import sees what its module assigns later; captured, it would be a copy. Where import and variable have one name,
 * and nothing else in the captured code goes by that name, both become one variable around all modules.
 */
export function settleLiveImports(walker: Walker, nodes: readonly HostNode[]): void {
  const changing = nodes.flatMap(changedExports);
  if (changing.length === 0) return;
  const joined = new Map<string, Changing>();
  for (const node of nodes) {
    for (const [reference, one] of liveImportsOf(node, changing)) {
      const { scriptId } = joined.get(reference.name) ?? one;
      const isOne = isFrom(infoOf(node), reference, one) && scriptId === one.scriptId;
      if (!isOne) walker.refuse(variableStep(node.step, reference.name), refusal);
      joined.set(reference.name, one);
      reference.live = true;
    }
  }
  for (const one of joined.values()) for (const node of nodes) join(walker, node, one);
  for (const node of walker.nodes) if (types.isModuleNamespaceObject(node.value)) refuseMembers(walker, node, changing);
}

function changedExports(node: HostNode): Changing[] {
  const { references, script, look } = infoOf(node);
  if (!script?.isModule) return [];
  const { scriptId, url } = script;
  return references
    .filter(({ assigned, view }) => assigned && look.scopes[view]?.description === "Module")
    .map(({ name, value }) => ({ name, url, scriptId, exported: exportNamesOf(scriptId, name), value }));
}

function liveImportsOf(node: HostNode, changing: readonly Changing[]): [Reference, Changing][] {
  const info = infoOf(node);
  return info.references.flatMap((reference): [Reference, Changing][] => {
    if (declaredAs(info, reference.name)?.kind !== "import") return [];
    const imported = importedAs(info, reference.name)?.imported;
    const found = changing.find(
      (one) => imported !== undefined && one.exported.has(imported) && Object.is(one.value, reference.value),
    );
    return found ? [[reference, found]] : [];
  });
}

function importedAs({ script }: FunctionInfo, name: string): { specifier: string; imported: string } | undefined {
  return script && parsedScript(script.scriptId)?.imports.get(name);
}

/** Whether an import certainly is of that variable: by the path of the file, and under the variable's own name. */
function isFrom(info: FunctionInfo, { name }: Reference, { name: local, url }: Changing): boolean {
  const specifier = importedAs(info, name)?.specifier ?? "";
  if (name !== local || !/^\.\.?\//.test(specifier)) return false;
  return pathOf(new URL(specifier, info.script?.url).href) === pathOf(url);
}

/** TypeScript files are imported as the JavaScript that comes of them, and loaders add queries. */
function pathOf(url: string): string {
  return url.replace(/[?#].*$/, "").replace(/\.[cm]?[jt]sx?$/, "");
}

/** The module's own uses are of the joined variable, which must not come in the way of a global one of that name. */
function join(walker: Walker, node: HostNode, { name, scriptId }: Changing): void {
  const { source, references, script, look } = infoOf(node);
  const found = references.find((one) => one.name === name);
  if (source.analysis.free.has(name) && (!found || found.view < 0))
    walker.refuse(variableStep(node.step, name), refusal);
  const isOwn = script?.scriptId === scriptId && look.scopes[found?.view ?? -1]?.description === "Module";
  if (found && isOwn) found.live = true;
}

function refuseMembers(walker: Walker, node: HostNode, changing: Changing[]): void {
  const names = node.whole ? Object.keys(node.value) : [...(node.partial?.keys() ?? [])];
  for (const name of names) {
    const isLive = changing.some((one) => one.exported.has(name) && Object.is(one.value, node.value[name]));
    if (isLive) walker.refuse(stepTo(node.step, name), refusal);
  }
}
