import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packageOfFile } from "../identity/packages.js";

/** The folder of the package that a script belongs to, so that two versions of a package are two packages. */
export function packageFolderOf(url: string): string | undefined {
  const name = packageOfFile(url);
  if (name === undefined) return undefined;
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  const tail = path.join("node_modules", name);
  return file.slice(0, file.lastIndexOf(tail + path.sep) + tail.length);
}

/** What a package's manifest says; empty when it cannot be read. */
export function manifestOf(folder: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  } catch {
    return {};
  }
}

/** Folder of the package that a bare name means to code in `from`, as Node looks for it. */
export function folderOfName(name: string, from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    const candidate = path.join(at, "node_modules", name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (at === path.dirname(at)) return undefined;
  }
}

const KINDS_OF_DEPENDENCIES = ["dependencies", "optionalDependencies", "peerDependencies"];

/** Folders of the packages that a package says it needs, as far as they are installed. */
export function dependenciesOf(folder: string): string[] {
  return namesIn(folder).flatMap((name) => folderOfName(name, folder) ?? []);
}

/** Names of the same. */
export function namesOfDependencies(folder: string): string[] {
  return namesIn(folder).filter((name) => folderOfName(name, folder) !== undefined);
}

function namesIn(folder: string): string[] {
  const manifest = manifestOf(folder);
  return [...new Set(KINDS_OF_DEPENDENCIES.flatMap((kind) => Object.keys(manifest[kind] ?? {})))];
}
