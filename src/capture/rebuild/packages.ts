import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import type { PackageEntry } from "../payload/payload.js";

/**
 * Gives a package's exports (what `import()` or `require()` gives; the latter at once, without a promise), or undefined to
 * let Node resolve it.
 */
export type ImportPackage = (entry: PackageEntry) => Promise<unknown> | unknown;

type Import = (specifier: string, options?: unknown) => Promise<unknown>;

const importers = new Map<string, Import>();

/** `import()` as code in the file `importer` would do it; files that exist no more resolve from where they would be. */
export function importFrom(importer: string): Import {
  let found = importers.get(importer);
  if (!found) {
    const options = { filename: importer, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
    found = quietly(() =>
      vm.compileFunction("return import(specifier, options)", ["specifier", "options"], options),
    ) as Import;
    importers.set(importer, found);
  }
  return (specifier, options) => quietly(() => (found as Import)(specifier, options));
}

/** Node 20 calls the default loader in compiled code experimental, and says so once: nothing a user could act on. */
export function quietly<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes("USE_MAIN_CONTEXT_DEFAULT_LOADER"))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** One after the other, imports first: an ES module cannot be required while an import of it is under way. */
export async function loadPackages(
  entries: readonly PackageEntry[],
  importPackage: ImportPackage | undefined,
): Promise<unknown[]> {
  const loaded: unknown[] = [];
  const numbered = [...entries.entries()];
  for (const via of ["import", "require"])
    for (const [at, entry] of numbered) if (entry.via === via) loaded[at] = await loadPackage(entry, importPackage);
  return loaded;
}

async function loadPackage(entry: PackageEntry, importPackage: ImportPackage | undefined): Promise<unknown> {
  const given = await importPackage?.(entry);
  if (given !== undefined) return given;
  const { specifier, importer } = entry;
  try {
    return entry.via === "require" ? createRequire(pathOf(importer))(specifier) : await importAny(specifier, importer);
  } catch (cause) {
    const text = `The package ${specifier}, which ${importer} uses, could not be loaded on the worker: ${(cause as Error)?.message}. Install it where workers run, or add it to the runtime layer.`;
    throw new Error(text, { cause });
  }
}

/** Codes of Node 22 and later, and of Node 20. */
const TYPE_MISSING = /^ERR_IMPORT_(ATTRIBUTE|ASSERTION_TYPE)_MISSING$/;

/** Data is imported with its type, which the entry does not tell. */
async function importAny(specifier: string, importer: string): Promise<unknown> {
  try {
    return await importFrom(importer)(specifier);
  } catch (error) {
    if (!TYPE_MISSING.test((error as NodeJS.ErrnoException | undefined)?.code ?? "")) throw error;
    return await importFrom(importer)(specifier, { with: { type: "json" } });
  }
}

function pathOf(importer: string): string {
  return importer.startsWith("file:") ? fileURLToPath(importer) : importer;
}
