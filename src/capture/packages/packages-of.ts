import type { WithPolicy } from "../graph/context.js";
import type { FunctionInfo } from "../graph/node.js";
import { isPackage } from "../identity/specifiers.js";
import type { CapturedPackage, PackageEntry } from "../payload/payload.js";
import { NO_FILE } from "../payload/payload.js";
import { firstImports } from "../walk/packages/first-imports.js";

/** Everything that a worker has to be able to load: what values refer to, and what the code names. */
export function packagesOf(graph: WithPolicy): CapturedPackage[] {
  const found = new Map<string, CapturedPackage>();
  for (const { entry } of graph.nodes) {
    if (entry.kind !== "package") continue;
    const exportName = entry.path.map((step) => step.slice(1)).join(".");
    const loaded = graph.packages[entry.package] as PackageEntry;
    add(found, { ...loaded, ...(exportName && { exportName }) });
  }
  for (const { fn } of graph.nodes) for (const one of fn ? importsOf(fn) : []) add(found, one);
  for (const one of [...firstImports(graph), ...graph.required]) add(found, one);
  return [...found.values()];
}

function add(found: Map<string, CapturedPackage>, entry: CapturedPackage): void {
  found.set(JSON.stringify(entry), entry);
}

/** Packages that the code imports by names written out. Their importer is the file of the code's unit. */
function importsOf({ source, script, importedFiles }: FunctionInfo): CapturedPackage[] {
  const importer = script?.url || NO_FILE;
  return source.analysis.imports
    .map((one, index) => importedFiles[index] ?? one.specifier)
    .filter((specifier): specifier is string => !!specifier && isPackage(specifier))
    .map((specifier) => ({ specifier, importer, via: "import" as const, optional: true }));
}
