import { builtinName } from "../identity/packages.js";
import { viteFileOf } from "../identity/vite.js";
import type { CapturedPackage } from "../payload.js";
import type { FunctionInfo } from "./graph.js";
import { isFile } from "./requires.js";
import type { Walker } from "./walker.js";

/** Everything that a worker has to be able to load: what values refer to, and what the code names. */
export function packagesOf(walker: Walker): CapturedPackage[] {
  const found = new Map<string, CapturedPackage>();
  for (const { data } of walker.nodes) {
    if (data.k !== "pkg") continue;
    const exportName = data.path.map((step: string) => step.slice(1)).join(".");
    const { specifier, importer, via } = data;
    add(found, { specifier, importer, via, ...(exportName && { exportName }) });
  }
  for (const { fn } of walker.nodes) for (const one of fn ? importsOf(fn) : []) add(found, one);
  for (const one of walker.required) add(found, one);
  return [...found.values()];
}

function add(found: Map<string, CapturedPackage>, entry: CapturedPackage): void {
  found.set(JSON.stringify(entry), entry);
}

/** Packages that the code imports by names written out. Their importer is the file of the code's unit. */
function importsOf({ source, script }: FunctionInfo): CapturedPackage[] {
  const importer = script?.url || NO_FILE;
  return source.analysis.imports
    .map((one) => viteFileOf(one, importer) ?? one.specifier)
    .filter((specifier): specifier is string => !!specifier && isPackage(specifier))
    .map((specifier) => ({ specifier, importer, via: "import" as const, optional: true }));
}

/** Name of a unit whose code has no file. */
export const NO_FILE = "nodewren-captured";

/** Whether a specifier leads to files that a worker may lack. */
export function isPackage(specifier: string): boolean {
  return builtinName(specifier) === undefined && (specifier.startsWith("file:") || !isOther(specifier));
}

function isOther(specifier: string): boolean {
  return isFile(specifier) || /^[a-z][a-z+.-]+:/i.test(specifier);
}
