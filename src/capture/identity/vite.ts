import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { DynamicImport } from "../source/analysis.js";
import { fileOf, packageOfFile } from "./packages.js";

/** What Vite puts before the path of a file outside its root. */
const OUTSIDE_ROOT = "/@fs/";

/** The URL of a package's file that a dynamic import names the way Vite writes it; undefined for all others. */
export function viteFileOf({ specifier, viteLiteral }: DynamicImport, importer: string): string | undefined {
  if (!viteLiteral || !specifier?.startsWith("/") || packageOfFile(specifier) === undefined) return undefined;
  const isOutside = specifier.startsWith(OUTSIDE_ROOT);
  const file = isOutside ? specifier.slice(OUTSIDE_ROOT.length - 1) : fileBelowRoot(specifier, fileOf(importer));
  return file && pathToFileURL(file).href;
}

/** Vite's root is a folder around the importer: the nearest with that file, since packages are looked for that way, too. */
function fileBelowRoot(specifier: string, importer: string): string | undefined {
  for (let folder = path.dirname(importer); ; folder = path.dirname(folder)) {
    const file = path.join(folder, specifier);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) return undefined;
  }
}
