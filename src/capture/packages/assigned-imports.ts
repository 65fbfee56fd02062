import type { Program } from "acorn";
import { CaptureError } from "../../errors.js";
import type { WalkContext } from "../graph/context.js";
import type { FunctionInfo, Reference } from "../graph/node.js";
import { pathText } from "../graph/path.js";
import { variableStep } from "../graph/variable.js";
import { importerOf, installedFolder, packageOfFile } from "../identity/packages.js";
import { liveScripts, sourceOf } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { patternNames } from "../source/declare.js";
import { mayBeImported } from "../source/may-be-imported.js";
import { parsedScript } from "../source/script.js";
import { packageFolderOf } from "./package-folder.js";
import { NeedsByValue } from "./settle-travel.js";
import { variableChangesIn } from "./variable-changes.js";

/**
 * An import sees what its module assigns later; as a value of its own it would not, while the package on the worker goes on
 * from where it begins. What is an object is the package's own there.
 */
export function refuseAssignedImports(walker: WalkContext): void {
  for (const { fn, step } of walker.nodes) {
    for (const reference of fn?.references ?? []) {
      const folder = fn && folderOfAssigned(walker, fn, reference);
      if (folder !== undefined) throw needsByValue(walker, folder, pathText(variableStep(step, reference.name)));
    }
  }
}

function needsByValue({ options }: WalkContext, folder: string, path: string): NeedsByValue {
  const reason = `the package ${packageOfFile(`${folder}/`)} assigns this variable, and a worker's copy of the package would assign another`;
  const hint = "Import the whole package (import * as it), and read the variable from that.";
  return new NeedsByValue([folder], new CaptureError({ path, reason, hint, ...options.describe() }));
}

/** Folder of the package that a variable is imported from, if that assigns it while it is in use. */
function folderOfAssigned(
  walker: WalkContext,
  { script, look }: FunctionInfo,
  { name, view, value }: Reference,
): string | undefined {
  if (!script?.isModule || isObject(value) || look.scopes[view]?.description !== "Module") return undefined;
  if (!mayBeImported(sourceOf(script.scriptId), name)) return undefined;
  const declared = parsedScript(script.scriptId)?.imports.get(name);
  const folder = declared && installedFolder(declared.specifier, importerOf(script.url));
  if (folder === undefined || walker.options.travel.isFolderByValue(folder)) return undefined;
  return isAssignedIn(folder, declared?.imported ?? "") ? folder : undefined;
}

function isAssignedIn(folder: string, exported: string): boolean {
  const scripts = liveScripts().filter(({ url, isModule }) => isModule && packageFolderOf(url) === folder);
  return scripts.some(({ scriptId }) => {
    const tree = sourceOf(scriptId).includes(exported) ? parsedScript(scriptId)?.tree : undefined;
    const local = tree && variableBehind(tree, exported);
    return local !== undefined && variableChangesIn(scriptId).get(`0 ${local}`)?.assigned === true;
  });
}

/** The variable of a module that has that name for others. */
function variableBehind({ body }: Program, exported: string): string | undefined {
  for (const statement of body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.source) continue;
    const found = statement.specifiers.find((one) => nameOf(one.exported) === exported);
    if (found) return nameOf(found.local);
    const names = new Set<string>();
    if (statement.declaration?.type === "VariableDeclaration")
      for (const { id } of statement.declaration.declarations) patternNames(id, names);
    if (names.has(exported)) return exported;
  }
  return undefined;
}

function nameOf(node: { type: "Identifier"; name: string } | { type: "Literal"; value?: unknown }): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}
