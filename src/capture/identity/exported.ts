import { createRequire } from "node:module";
import { types } from "node:util";
import { ownProperty } from "../own-property.js";
import { keyOfStep } from "../rebuild/intrinsics.js";
import type { Loose } from "../types.js";

/** Members of members are searched, and the prototype of each class among them. */
const SEARCH_DEPTH = 3;

/** What a module's exports lead to, and the steps there; and the exports of ES modules, by their file. */
let indexes = new WeakMap<object, Map<unknown, string[]>>();
let namespaces = new Map<string, unknown>();

/** Exports may have changed since the last capture. */
export function refreshExported(): void {
  indexes = new WeakMap();
  namespaces = new Map();
}

/** The shortest way from a module's exports to a value. */
export function stepsTo(value: object, root: Loose): string[] | undefined {
  if (!isObject(root)) return undefined;
  const index = indexes.get(root) ?? indexOf(root);
  indexes.set(root, index);
  return index.get(value);
}

/** Loading a module again that is loaded gives its namespace, and runs nothing. */
export function exportsOf(file: string): unknown {
  if (!namespaces.has(file)) namespaces.set(file, loadedAgain(file));
  return namespaces.get(file);
}

function loadedAgain(file: string): unknown {
  try {
    return createRequire(file)(file);
  } catch {
    return undefined;
  }
}

function indexOf(root: object): Map<unknown, string[]> {
  const index = new Map<unknown, string[]>([[root, []]]);
  for (const [from, steps] of index) {
    if (types.isProxy(from) || steps.at(-1) === ".prototype") continue;
    for (const key of Object.getOwnPropertyNames(from)) {
      if (keyOfStep(key) !== key || (steps.length >= SEARCH_DEPTH && key !== "prototype")) continue;
      const child = readMember(from, key, steps.length === 0);
      if (isObject(child) && !index.has(child)) index.set(child, [...steps, `.${key}`]);
    }
  }
  return index;
}

/** Getters of re-exports are read; a getter that throws has nothing to give. */
function readMember(from: Loose, key: string, isRoot: boolean): unknown {
  const own = ownProperty(from, key);
  if (own && !own.get) return own.value;
  if (!isRoot && !Object.hasOwn(from, "__esModule")) return undefined;
  try {
    return from[key];
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
