/** A temporary folder with the fixture packages installed, where each environment gets its own copy of the cases. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const repository = join(here, "../../..");
export const casesFolder = join(here, "../cases");
const packagesFolder = join(here, "../packages");
/** Packages from the registry that the cases use. */
const REAL_PACKAGES = ["ms", "acorn", "typescript", "vitest", "vite", "esbuild", "tsx", "undici-types"];

export interface Workshop {
  root: string;
  remove(): void;
}

export function openWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), "nodewren-matrix-"));
  const modules = join(root, "node_modules");
  mkdirSync(modules);
  cpSync(packagesFolder, join(modules, "@fixture"), { recursive: true });
  for (const name of REAL_PACKAGES) symlinkSync(join(repository, "node_modules", name), join(modules, name));
  mkdirSync(join(modules, "@types"));
  symlinkSync(join(repository, "node_modules/@types/node"), join(modules, "@types/node"));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Where the host process of an environment writes what it captured. */
export const recordsOf = (workshop: Workshop, folder: string) => join(workshop.root, `${folder}.records`);

export interface Copy {
  type: "module" | "commonjs";
  /** Name and text of a file of the cases, to those of its copy; nothing leaves the file out. */
  change(name: string, text: string): [name: string, text: string] | undefined;
}

/** Copies the cases into a folder of the workshop, each file changed for the environment. */
export function copyCases(workshop: Workshop, folder: string, { type, change }: Copy): string {
  const target = join(workshop.root, folder);
  for (const entry of readdirSync(casesFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const changed = change(path.slice(casesFolder.length + 1), readFileSync(path, "utf8"));
    if (!changed) continue;
    const out = join(target, changed[0]);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, changed[1]);
  }
  writeFileSync(join(target, "package.json"), JSON.stringify({ type }));
  return target;
}
