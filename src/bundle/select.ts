/** Which files of a package travel. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { Gathered, GatheredPackage } from "./gather.js";

/** Files, and links within the package, by their absolute paths. */
export interface Selected {
  files: string[];
  links: [place: string, target: string][];
}

const CODE = /\.([cm]?js|jsx)$/;
/** What runs nowhere: maps of sources, notes for people, and what a native addon was built from. */
const LEFT_OUT = /\.(map|md|markdown|flow|tsbuildinfo|[ch]|cc|cpp|cxx|hh|hpp|[oa]|gypi?|mk|intermediate)$/i;
/** Sources of TypeScript, and types; a package may load them as data, but only one that asks where its files lie. */
const TYPES = /\.[cm]?tsx?$/;

/**
 * Of a package that may load any of its files, all; of another one, its code as far as it is reached, and all that is no
 * code, which others may open.
 */
export function select({ folder, whole }: GatheredPackage, { reached }: Gathered): Selected {
  const selected: Selected = { files: [], links: [] };
  const isTaken = (file: string) => reached.has(file) || (!LEFT_OUT.test(file) && (whole || !isCode(file)));
  for (const file of filesIn(folder, selected.links)) if (isTaken(file)) selected.files.push(file);
  return selected;
}

function isCode(file: string): boolean {
  return CODE.test(file) || TYPES.test(file);
}

/** In a fixed order. Packages within it are gathered for themselves; links out of it lead nowhere on the worker. */
function filesIn(folder: string, links: Selected["links"], within = folder): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return names.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) addLink(file, within, links);
    if (entry.isFile()) return [file];
    const isEntered = entry.isDirectory() && entry.name !== "node_modules" && entry.name !== ".git";
    return isEntered ? filesIn(file, links, within) : [];
  });
}

function addLink(file: string, within: string, links: Selected["links"]): void {
  if (!statSync(file, { throwIfNoEntry: false })) return;
  const target = realpathSync(file);
  if (target.startsWith(realpathSync(within) + path.sep)) links.push([file, target]);
}
