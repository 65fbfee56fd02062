import { createRequire } from "node:module";
import { types } from "node:util";
import { lookAtFunction } from "../inspect/look.js";
import { liveScripts, type Script, scriptOf } from "../inspect/scripts.js";
import type { Loose } from "../types.js";
import { fileOf, packageOfFile } from "./packages.js";

/**
 * Whether a value that was imported under a package's name comes from that package: loaders with aliases (`paths` of a
 * tsconfig) lead such names elsewhere. Its code tells, or else a loaded module of the package that exports it.
 */
export function comesFromPackage(value: unknown, name: string, imported: string): boolean {
  if (packageOfCode(value) === name) return true;
  if (typeof value !== "object" || value === null) return isExported(value, name, imported);
  const known = found.get(value) ?? new Set();
  const key = `${name} ${imported}`;
  if (!known.has(key) && isExported(value, name, imported)) found.set(value, known.add(key));
  return known.has(key);
}

/** Listing the modules turns the debugger on, so each object is asked for once. */
const found = new WeakMap<object, Set<string>>();

function isExported(value: unknown, name: string, imported: string): boolean {
  return modulesOf(name).some((one) => mayGive(one, imported, value));
}

function packageOfCode(value: unknown): string | undefined {
  if (typeof value !== "function" || types.isProxy(value)) return undefined;
  const { location } = lookAtFunction(value as Loose);
  return packageOfFile((location && scriptOf(location.scriptId)?.url) ?? "");
}

function modulesOf(name: string): Script[] {
  return liveScripts().filter(({ url }) => packageOfFile(url) === name && !url.includes("?"));
}

/** Loading a module again that is loaded runs nothing. One that awaits at its top level cannot be had at once. */
function mayGive({ url, isModule }: Script, imported: string, value: unknown): boolean {
  const require = createRequire(import.meta.url);
  try {
    return gives(isModule ? require(fileOf(url)) : require.cache[fileOf(url)]?.exports, imported, value);
  } catch {
    return true;
  }
}

function gives(exported: Loose, imported: string, value: unknown): boolean {
  if (exported === undefined || exported === null) return false;
  if (imported === "*") return exported === value || isNamespaceOf(value as Loose, exported);
  const theirs = imported === "default" && !hasMember(exported, imported) ? exported : read(exported, imported);
  return theirs === value || exported === value || isTwin(theirs, value);
}

/** A loader that compiles modules makes another instance of one that is loaded again: its symbols are others. */
function isTwin(theirs: unknown, value: unknown): boolean {
  return typeof theirs === "symbol" && typeof value === "symbol" && theirs.description === value.description;
}

function hasMember(exported: Loose, name: string): boolean {
  return (typeof exported === "object" || typeof exported === "function") && name in exported;
}

/** `require()` may give another object for a module than `import` does, and a CommonJS module has a namespace besides. */
function isNamespaceOf(value: Loose, exported: Loose): boolean {
  if (!types.isModuleNamespaceObject(value)) return false;
  const names = Object.keys(value);
  return read(value, "default") === exported || names.every((name) => read(value, name) === read(exported, name));
}

function read(from: Loose, name: string): unknown {
  try {
    return from[name];
  } catch {
    return undefined;
  }
}
