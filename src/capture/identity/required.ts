import { createRequire } from "node:module";
import { types } from "node:util";
import type { Loose } from "../types.js";
import { importerOf, type PackagePath, packageOfFile, specifierFor } from "./packages.js";

/** Exports of packages that were loaded by `require()`: the exports themselves, and their members. */
let exported = new WeakMap<WeakKey, { file: string; path: string[] }>();
const seen = new Set<string>();
const { cache } = createRequire(import.meta.url);

let isCurrent = false;

/** Packages may have been loaded since the last capture. */
export function refreshRequired(): void {
  isCurrent = false;
}

export function requiredPathOf(value: object | symbol, importer: string): PackagePath | undefined {
  if (typeof value === "object" && !mayBeExport(value)) return undefined;
  if (!isCurrent) addNewModules();
  isCurrent = true;
  const found = exported.get(value);
  if (!found) return undefined;
  const name = packageOfFile(found.file) ?? "";
  return { ...specifierFor(found.file, name, importerOf(importer)), via: "require", path: found.path };
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
  if (!exported.has(root)) exported.set(root, { file, path: [] });
  for (const key of Object.getOwnPropertyNames(root)) {
    const child = memberOf(root, key);
    if (isKey(child) && !exported.has(child) && !key.startsWith("@@")) exported.set(child, { file, path: [`.${key}`] });
  }
}

/** Compiled ES modules export through getters, which are safe to read; others are left alone. */
function memberOf(root: Loose, key: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(root, key);
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
