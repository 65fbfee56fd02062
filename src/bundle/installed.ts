/** Packages as they are installed: their folders and manifests, and what a name leads to from a place. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

export interface Manifest {
  name?: string;
  version?: string;
  os?: readonly string[];
  cpu?: readonly string[];
  libc?: readonly string[];
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** Where a name was found: the path that Node tries, and the folder that this path leads to. */
export interface Found {
  place: string;
  folder: string;
}

/** The package that a specifier names; undefined for a file, a URL, or a name within the importer's own package. */
export function nameIn(specifier: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(specifier)) return undefined;
  return /^(@[^/\\]+\/)?[^./\\#@][^/\\]*/.exec(specifier)?.[0];
}

/** Looks for a package as Node does: in `node_modules` of the folder and of those above it. */
export function lookUp(name: string, from: string): Found | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, "node_modules", name);
    if (path.basename(folder) !== "node_modules" && isFolder(place)) return { place, folder: realpathSync(place) };
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The folder of the package that a file belongs to; undefined outside of `node_modules`. */
export function folderOfPackage(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/s.exec(file)?.[0];
}

/** Empty when there is none, or none that can be read. */
export function manifestOf(folder: string): Manifest {
  try {
    const read: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
