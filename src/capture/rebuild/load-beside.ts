import { existsSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";

/** Modules that a payload has brought, beside which files of their packages are loaded. */
export interface Modules {
  importer: string;
  /** By file. */
  exports: Map<string, unknown>;
  folders: readonly string[];
}

export type LoadFile = (specifier: string) => unknown;

/** Files that were loaded beside the modules, by these: each once, for each time that the payload's objects are made. */
const loadedBeside = new WeakMap<Map<string, unknown>, Map<string, Module>>();

/**
 * The `require` of a file whose package travels by value: it gives the modules that came along, and loads other files of
 * their packages so that these get the very same modules. All else is Node's.
 */
export function loaderOf(modules: Modules, native: LoadFile): LoadFile {
  return (specifier) => {
    const file = isPath(specifier) ? fileAt(modules, specifier) : installedAt(modules, specifier);
    if (file === undefined) return native(specifier);
    if (modules.exports.has(file)) return modules.exports.get(file);
    const isOwn = modules.folders.some((folder) => file.startsWith(folder + path.sep));
    return isOwn ? exportsOf(modules, file) : native(specifier);
  };
}

function isPath(specifier: string): boolean {
  return /^\.\.?([\\/]|$)/.test(specifier) || path.isAbsolute(specifier);
}

/** In the order in which Node tries them. */
const ENDINGS = ["", ".js", ".json", "/index.js", "/index.json", ".cjs", "/index.cjs"];

function fileAt(modules: Modules, specifier: string): string | undefined {
  const folder = path.dirname(modules.importer);
  const start = path.resolve(folder, specifier);
  const here = installedAt(modules, specifier);
  if (here !== undefined || existsSync(folder)) return here;
  const brought = ENDINGS.map((ending) => start + ending).find((file) => modules.exports.has(file));
  if (brought !== undefined) return brought;
  throw missing(specifier, modules.importer);
}

function installedAt({ importer }: Modules, specifier: string): string | undefined {
  try {
    return createRequire(importer).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Packages try to load files and go on without them; here nobody knows whether it is there, so the call must not go on. */
function missing(specifier: string, importer: string): Error {
  const text = `The file ${specifier}, which code beside ${importer} loads, is not on the worker: its package travels by value, and the file was not loaded when the function was captured. Import it at the top of your file.`;
  const error = Object.assign(new Error(text), { code: "MODULE_NOT_FOUND" });
  void Promise.reject(error);
  return error;
}

interface Loading extends Module {
  load(file: string): void;
}

function exportsOf(modules: Modules, file: string): unknown {
  const loaded = loadedBeside.get(modules.exports) ?? new Map<string, Module>();
  loadedBeside.set(modules.exports, loaded);
  const known = loaded.get(file);
  if (known) return known.exports;
  const module = new Module(file) as Loading;
  module.require = loaderOf({ ...modules, importer: file }, createRequire(file)) as Module["require"];
  loaded.set(file, module);
  try {
    module.load(file);
  } catch (error) {
    loaded.delete(file);
    throw error;
  }
  return module.exports;
}
