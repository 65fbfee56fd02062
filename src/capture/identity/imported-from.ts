import { types } from "node:util";
import { ownRequire } from "../../util/own-file.js";
import { liveScripts, type Script } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { tryProperty } from "../own-property.js";
import { exportsOf } from "./exported.js";
import { packageOfCode } from "./package-of-code.js";
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

function modulesOf(name: string): Script[] {
  return liveScripts().filter(({ url }) => packageOfFile(url) === name && !url.includes("?"));
}

const { cache } = ownRequire;

/** The exports of a module that awaits at its top level cannot be had at once. */
function mayGive({ url, isModule }: Script, imported: string, value: unknown): boolean {
  const file = fileOf(url);
  const exported = isModule ? exportsOf(file) : cache[file]?.exports;
  return isModule && exported === undefined ? true : gives(exported, imported, value);
}

function gives(exported: unknown, imported: string, value: unknown): boolean {
  if (exported === undefined || exported === null) return false;
  if (imported === "*") return exported === value || (isObject(exported) && isNamespaceOf(value, exported));
  const theirs = imported === "default" && !hasDefault(exported) ? exported : read(exported, imported);
  return theirs === value || exported === value;
}

function hasDefault(exported: unknown): boolean {
  return isObject(exported) && "default" in exported;
}

/** `require()` may give another object for a module than `import` does, and a CommonJS module has a namespace besides. */
function isNamespaceOf(value: unknown, exported: object): boolean {
  if (!isObject(value) || !types.isModuleNamespaceObject(value)) return false;
  const names = Object.keys(value);
  return read(value, "default") === exported || names.every((name) => read(value, name) === read(exported, name));
}

function read(exported: unknown, name: string): unknown {
  return isObject(exported) ? tryProperty(exported, name) : undefined;
}
