/** Packages that came in a bundle: fetched by digest, run once per worker, handed out by name. */
import { existsSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ImportPackage } from "../capture/rebuild.js";
import { isAbsolute, type PackageUse, packageKey, slashed } from "../wire/packages.js";
import { type Entries, runBundle, workerFile } from "./run-bundle.js";

/** Bundles that stay loaded. A script seldom alternates between more. */
const MAX_BUNDLES = 8;

export class PackagesCache {
  readonly #bundles = new Map<string, Promise<Entries>>();

  /** Gives packages of the bundle; those that are not in it are looked for where the worker itself lies. */
  async importerOf(root: string, digest: string | undefined, fetchBytes: () => Promise<Uint8Array>) {
    const entries = digest === undefined ? {} : await this.#entries(digest, fetchBytes);
    return packagesOf(entries, root);
  }

  #entries(digest: string, fetchBytes: () => Promise<Uint8Array>): Promise<Entries> {
    const known = this.#bundles.get(digest);
    if (known) return known;
    const entries = fetchBytes().then((bytes) => runBundle(bytes, digest));
    this.#bundles.set(digest, entries);
    entries.catch(() => this.#bundles.delete(digest));
    if (this.#bundles.size > MAX_BUNDLES) this.#bundles.delete(this.#bundles.keys().next().value as string);
    return entries;
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
