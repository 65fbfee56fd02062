import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { ownProperty } from "../own-property.js";
import type { Loose } from "../types.js";
import { refreshExported } from "./exported.js";
import { importerOf, type PackagePath, packageOfFile, specifierFor } from "./packages.js";

interface Place {
  file: string;
  path: string[];
  isModule: boolean;
}

/** Exports of packages that were loaded by `require()`: the exports themselves, and their members. */
let exported = new WeakMap<WeakKey, Place>();
const seen = new Set<string>();
const { cache } = createRequire(import.meta.url);

let isCurrent = false;

/** Packages may have been loaded since the last capture. */
export function refreshRequired(): void {
  isCurrent = false;
  refreshExported();
}

export function requiredPathOf(value: object | symbol, importer: string): PackagePath | undefined {
  if (typeof value === "object" && !mayBeExport(value)) return undefined;
  if (!isCurrent) addNewModules();
  isCurrent = true;
  const found = exported.get(value);
  if (!found) return undefined;
  if (found.isModule) return ofModule(found.file, found.path);
  const name = packageOfFile(found.file) ?? "";
  return { ...specifierFor(found.file, name, importerOf(importer)), via: "require", path: found.path };
}

/** An ES module that was required is imported on a worker, as others may import it there: while it loads, it cannot be required. */
function ofModule(file: string, path: string[]): PackagePath {
  const { href } = pathToFileURL(file);
  return { specifier: href, importer: href, via: "import", path };
}

function mayBeExport(value: object): boolean {
  return !Array.isArray(value) && !types.isTypedArray(value) && !types.isModuleNamespaceObject(value);
}

function addNewModules(): void {
  const files = Object.keys(cache);
  if (files.length === seen.size) return;
  for (const file of files) {
    const loaded = cache[file];
    if (seen.has(file) || !loaded?.loaded) continue;
    seen.add(file);
    if (packageOfFile(file)) add(file, loaded.exports);
  }
}

/** Whole modules come before members, so that a value exported by several is known by the nearest to it. */
function add(file: string, root: Loose): void {
  if (!isObject(root) || types.isProxy(root)) return;
  const isModule = types.isModuleNamespaceObject(root);
  note(root, { file, path: [], isModule });
  for (const key of Object.getOwnPropertyNames(root)) {
    const child = memberOf(root, key);
    if (isKey(child) && !key.startsWith("@@")) note(child, { file, path: [`.${key}`], isModule });
  }
  for (const [value, path] of prototypesOf(root)) note(value, { file, path, isModule });
}

function note(value: WeakKey, place: Place): void {
  if (!exported.has(value)) exported.set(value, place);
}

/** Prototypes of exported classes, of which not all have a matching `constructor`. */
function prototypesOf(root: Loose): [object, string[]][] {
  const classes = [[root, []], ...Object.getOwnPropertyNames(root).map((key) => [memberOf(root, key), [`.${key}`]])];
  return classes.flatMap(([fn, path]): [object, string[]][] => {
    const isClass = typeof fn === "function" && !types.isProxy(fn);
    const prototype = isClass ? ownProperty(fn, "prototype")?.value : undefined;
    return isObject(prototype) ? [[prototype, [...path, ".prototype"]]] : [];
  });
}

/** Compiled ES modules export through getters, which are safe to read; others are left alone. */
function memberOf(root: Loose, key: string): unknown {
  const descriptor = ownProperty(root, key);
  if (!descriptor?.get) return descriptor?.value;
  if (!Object.hasOwn(root, "__esModule")) return undefined;
  try {
    return root[key];
  } catch {
    return undefined;
  }
}

/** Whether an export has an identity; symbols of the registry are the same everywhere. */
function isKey(value: unknown): value is WeakKey {
  return isObject(value) || (typeof value === "symbol" && Symbol.keyFor(value) === undefined);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** For tests: forgets what was loaded. */
export function forgetRequired(): void {
  exported = new WeakMap();
  seen.clear();
}
