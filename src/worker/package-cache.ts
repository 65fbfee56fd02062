/** Packages that came with a job: fetched by digest, made ready once per worker, handed out by name. */
import { existsSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ImportPackage } from "../capture/rebuild/rebuild.js";
import { PromiseCache } from "../util/promise-cache.js";
import { decodePackages, isAbsolute, type PackageUse, packageKey, slashed } from "../wire/packages.js";
import { entriesIn } from "./load-files.js";
import { PackagesFolder } from "./packages-folder.js";
import { type Entries, runBundle, workerFile } from "./run-bundle.js";

/** Sets of packages that stay loaded. A script seldom alternates between more. */
const MAX_SETS = 8;

/** Digits of the digest that name the set in stacks and on the disk; enough to tell it from others. */
const NAME_DIGITS = 12;

interface LoadedSet {
  entries: Entries;
  /** Whether its files are still there, which packages may load at any time. */
  isCurrent: () => boolean;
}

/** What a worker gives of a set of packages. */
export interface Importer {
  importPackage: ImportPackage;
  isCurrent: () => boolean;
}

export class PackagesCache {
  readonly #sets = new PromiseCache<LoadedSet>({ max: MAX_SETS, isCurrent: ({ isCurrent }) => isCurrent() });
  readonly #folder: PackagesFolder;

  constructor(folder = new PackagesFolder()) {
    this.#folder = folder;
  }

  /** Gives packages of the set; those that are not in it are looked for where the worker itself lies. */
  async importerOf(root: string, digest: string | undefined, fetchBytes: () => Promise<Uint8Array>): Promise<Importer> {
    if (digest === undefined) return { importPackage: packagesOf({}, root), isCurrent: () => true };
    const { entries, isCurrent } = await this.#sets.get(digest, async () => this.#load(await fetchBytes(), digest));
    return { importPackage: packagesOf(entries, root), isCurrent };
  }

  async #load(bytes: Uint8Array, digest: string): Promise<LoadedSet> {
    const { code, files } = await decodePackages(bytes, `packages/${digest}`);
    const name = digest.slice(0, NAME_DIGITS);
    const bundled = code === "" ? {} : runBundle(code, `nodewren-packages-${name}.cjs`);
    if (!files) return { entries: bundled, isCurrent: () => true };
    const entries = { ...bundled, ...entriesIn(this.#folder.unpack(name, files), files) };
    return { entries, isCurrent: () => this.#folder.has(name) };
  }
}

function packagesOf(entries: Entries, root: string): ImportPackage {
  const namespaces = new Map<string, unknown>();
  return (use) => {
    // Undefined leaves it to Node.
    if (isBuiltin(use.specifier) || use.specifier.startsWith("data:")) return undefined;
    const key = packageKey(use, root);
    const load = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (!load) return use.via === "require" ? requireInstalled(use) : importInstalled(use);
    if (use.via === "require") return load();
    // A package that failed goes on failing alike, as in Node.
    if (!namespaces.has(key)) namespaces.set(key, load());
    return namespaces.get(key);
  };
}

/** A package of the worker's own, such as of a layer. */
function requireInstalled(use: PackageUse): unknown {
  const found = findInstalled(use);
  return createRequire(workerFile)(found);
}

async function importInstalled(use: PackageUse): Promise<unknown> {
  const { specifier } = use;
  if (isAbsolute(specifier)) return import(pathToFileURL(findInstalled(use)).href);
  try {
    return await import(specifier);
  } catch (error) {
    if (!isMissing(error, specifier)) throw error;
    // Layers are on NODE_PATH, which only require() looks at.
    return import(pathToFileURL(findInstalled(use)).href);
  }
}

function isMissing(error: unknown, specifier: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && message.includes(`'${specifier.split("/")[0]}`);
}

function findInstalled(use: PackageUse): string {
  const { resolve } = createRequire(workerFile);
  if (isAbsolute(use.specifier)) return fileInstalled(use, resolve.paths("any") ?? []);
  try {
    return resolve(use.specifier);
  } catch (cause) {
    throw notOnWorker(use, cause);
  }
}

function fileInstalled(use: PackageUse, folders: readonly string[]): string {
  const inside = slashed(use.specifier).split("/node_modules/").at(-1) as string;
  const found = folders.map((folder) => path.join(folder, inside)).find((file) => existsSync(file));
  if (found === undefined) throw notOnWorker(use, undefined);
  return found;
}

function notOnWorker({ specifier, importer, via }: PackageUse, cause: unknown): Error {
  const text = `The package ${specifier}, which ${importer} uses, is not on the worker. Those that the function refers to, or names in import("…") or require("…") with the name written out, are sent along, if they are installed here. Write its name out, install it, or put it into a layer and name it in the option packagesOnWorker.`;
  const code = via === "require" ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
  return Object.assign(new Error(text, { cause }), { code });
}
