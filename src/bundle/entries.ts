/** What a bundle is made of: each package that is used, from where, and the code that hands it out. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isAbsolute, type PackageUse, packageKey, slashed } from "../wire/packages.js";

export interface WantedPackage extends PackageUse {
  /** Whether the code may never load it, so that it need not be there. Default false. */
  optional?: boolean;
}

export interface Entry extends WantedPackage {
  key: string;
}

/** The deepest folder that holds every importer, with a slash at its end; empty when there is none. */
export function rootOf(wanted: readonly PackageUse[]): string {
  const files = wanted.map(({ specifier, importer }) => (isAbsolute(specifier) ? specifier : importer));
  const folders = files.filter(isAbsolute).map((file) => slashed(path.posix.dirname(slashed(file))).split("/"));
  const [first = [], ...others] = folders;
  const differs = first.findIndex((name, index) => others.some((other) => other[index] !== name));
  const common = differs < 0 ? first : first.slice(0, differs);
  return common.length === 0 ? "" : `${common.join("/")}/`;
}

/** In an order that does not depend on where the project lies. */
export function entriesOf(wanted: readonly WantedPackage[], root: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const one of wanted) {
    const key = packageKey(one, root);
    const optional = (one.optional ?? false) && (entries.get(key)?.optional ?? true);
    const { specifier, importer, via } = one;
    entries.set(key, { specifier, importer, via, key, optional });
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Before the number of an entry, where the bundle's code names it. */
export const ENTRY_PREFIX = "nodewren-package:";

/** Packages are loaded when they are asked for, each once. */
export function codeOf(entries: readonly Entry[]): string {
  const lines = entries.map(
    ({ key, via }, index) => `  ${JSON.stringify(key)}: () => ${via}("${ENTRY_PREFIX}${index}"),`,
  );
  return `export const entries = {\n${lines.join("\n")}\n};\n`;
}

/** Where an entry's package is looked for. Code without a file stands in the working directory, as Node has it. */
export function folderOf({ importer }: PackageUse): string {
  if (!isAbsolute(importer)) return process.cwd();
  return path.dirname(importer.startsWith("file:") ? fileURLToPath(importer) : importer);
}

/** What to look for there. */
export function targetOf({ specifier }: PackageUse): string {
  return specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
}

/** The project's folder, from which the bundle counts its paths: the nearest one with packages or a manifest. */
export function projectOf(entries: readonly PackageUse[], isProject: (folder: string) => boolean): string {
  const root = rootOf(entries);
  const start = root === "" ? process.cwd() : path.resolve(root.replace(/\/node_modules\/.*$/, "/"));
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === path.dirname(folder)) return start;
  }
}
