/** What npm has installed: whether it runs on the worker, and its files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { systemOf } from "../bundle/binaries.js";
import { manifestOf } from "../bundle/installed.js";
import type { ZippedFile } from "../deploy/layer.js";
import { runsOn, type System } from "../wire/system.js";

/** Names of the packages whose addon was not built, or is for another system. */
export function withoutAddon(folder: string, system: System): string[] {
  const names: string[] = [];
  for (const one of packagesIn(path.join(folder, "node_modules"))) {
    const native = filesIn(one).flatMap((file) => (/\.node$/.test(file) ? [systemOf(file)] : []));
    const isCompiled = existsSync(path.join(one, "binding.gyp")) || native.length > 0;
    const runs = native.some((built) => built !== undefined && runsOn(built, system));
    if (isCompiled && !runs) names.push(manifestOf(one).name ?? path.basename(one));
  }
  return names;
}

/** Folders of packages, those within others too. */
function packagesIn(modules: string): string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    const folder = path.join(modules, entry.name);
    if (!entry.isDirectory() || entry.name.startsWith(".")) return [];
    if (entry.name.startsWith("@")) return packagesIn(folder);
    return [folder, ...packagesIn(path.join(folder, "node_modules"))];
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isFile()) return [file];
    return entry.isDirectory() && entry.name !== "node_modules" ? filesIn(file) : [];
  });
}

/** Where Lambda's Node.js looks for packages of layers ("Working with layers for Node.js Lambda functions"). */
const LAYER_FOLDER = "nodejs/node_modules";

/** What is for people and debuggers, or was compiled from. */
const LEFT_OUT = /\.(map|md|markdown|[cm]?ts|[ch]|cc|cpp|hpp|[oa])$/i;

/** By their names in the layer. Links, which are of commands alone, are left out. */
export function layerFiles(folder: string): Map<string, ZippedFile> {
  const modules = path.join(folder, "node_modules");
  const files = new Map<string, ZippedFile>();
  const add = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory() && entry.name !== ".bin") add(file);
      if (!entry.isFile() || LEFT_OUT.test(entry.name) || entry.name === ".package-lock.json") continue;
      const name = `${LAYER_FOLDER}/${path.relative(modules, file).replaceAll("\\", "/")}`;
      files.set(name, { bytes: readFileSync(file), executable: (statSync(file).mode & 0o100) !== 0 });
    }
  };
  add(modules);
  return files;
}
