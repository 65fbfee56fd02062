import type { Graph } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { installedFolder, type PackagePath } from "../identity/packages.js";
import type { PackageEntry } from "../payload/payload.js";
import { packageFolderOf } from "./package-folder.js";

/** How a worker finds an object that travels by reference to a package; undefined for all others. */
export function packagePathOfNode({ packages }: Graph, { entry }: HostNode): PackagePath | undefined {
  const loaded = entry.kind === "package" ? packages[entry.package] : undefined;
  return loaded && entry.kind === "package" ? { ...loaded, path: entry.path } : undefined;
}

/** Where the packages of captures are installed: many nodes are of one package. */
const folders = new WeakMap<PackageEntry, string | undefined>();

/** The folder of that package. */
export function folderOfNode({ packages }: Graph, { entry }: HostNode): string | undefined {
  const loaded = entry.kind === "package" ? packages[entry.package] : undefined;
  if (!loaded) return undefined;
  if (!folders.has(loaded)) folders.set(loaded, folderOfEntry(loaded));
  return folders.get(loaded);
}

function folderOfEntry({ specifier, importer }: PackageEntry): string | undefined {
  return packageFolderOf(specifier) ?? installedFolder(specifier, importer);
}

/** Whether an object travels by value. A function's prototype object goes with the function. */
export function isCopied({ entry }: HostNode): boolean {
  return !/^(builtin|package|reference|require|partlyLoaded|prototype)$/.test(entry.kind);
}
