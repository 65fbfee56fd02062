import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { OptionError } from "../../errors.js";
import { fileOf } from "../identity/packages.js";
import { folderOfName, manifestOf } from "./package-folder.js";

/**
 * Folders of the packages that the option `byValue` names, as the function's file would import them. Throws `OptionError`
 * for one that is not installed, or whose code is not all JavaScript.
 */
export function foldersByName(names: readonly string[], importer: string): string[] {
  return names.map((name) => {
    const folder = folderOfName(name, path.dirname(fileOf(importer)));
    if (folder === undefined)
      throw new OptionError(
        "byValue",
        `Option byValue names ${name}, which is not installed where the function's file would import it from. Install it, or leave it out.`,
      );
    const addon = addonIn(folder);
    if (addon !== undefined)
      throw new OptionError(
        "byValue",
        `Option byValue names ${name}, which is a native addon (${addon}): machine code cannot be read and sent. Leave it out, and let workers load it.`,
      );
    return folder;
  });
}

/** Folders within a package that are searched for addons, from its own: `build/Release`, `prebuilds/linux-x64`. */
const DEPTH = 3;

/** What tells that a package has machine code of its own: a file of it, or how to build one. */
function addonIn(folder: string): string | undefined {
  if (existsSync(path.join(folder, "binding.gyp"))) return "binding.gyp";
  if (manifestOf(folder).gypfile === true) return "package.json";
  return fileOfAddon(folder, DEPTH);
}

function fileOfAddon(folder: string, depth: number): string | undefined {
  const entries = readdirSync(folder, { withFileTypes: true });
  const addon = entries.find((entry) => entry.isFile() && entry.name.endsWith(".node"));
  if (addon) return addon.name;
  if (depth === 0) return undefined;
  const inner = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
  for (const { name } of inner) {
    const found = fileOfAddon(path.join(folder, name), depth - 1);
    if (found) return path.join(name, found);
  }
  return undefined;
}
