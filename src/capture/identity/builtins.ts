import { builtinModules, createRequire } from "node:module";
import process from "node:process";
import { types } from "node:util";
import { lookAtFunction } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import { hiddenIntrinsics, keyOfStep } from "../rebuild/intrinsics.js";
import type { Callable, Loose } from "../types.js";
import { standardGlobals } from "./globals.js";

/** How a worker finds a built-in object: a root and steps from it; see `rebuild/intrinsics.ts`. */
export interface IntrinsicPath {
  root: string;
  path: string[];
}

/** Depth of the walk from a root: `Intl.DateTimeFormat.prototype.format` is the deepest kind of thing met in code. */
const DEPTH = 4;
/** Reading these would start something, warn, or lead to the user's own data. */
const LEFT_OUT = new Set(["env", "localStorage", "sessionStorage", "navigator", "workerData", "global", "globalThis"]);
const MODULES_LEFT_OUT = /^(_|node:)|^(repl|test|sys|wasi|punycode|trace_events|inspector|cluster|module)(\/|$)/;
/** Of these, only functions are the same everywhere: their data speaks of one process. */
const FUNCTIONS_ONLY = new Set(["process", "node:process", "node:worker_threads"]);

const table = new Map<object, IntrinsicPath>();
const modulesSeen = new Set<string>();
const requireHere = createRequire(import.meta.url);

/** The built-in that `value` is, or undefined when it is the program's own. */
export function builtinOf(value: object): IntrinsicPath | undefined {
  if (value === globalThis) return { root: "globalThis", path: [] };
  if (table.size === 0) addGlobals();
  const found = table.get(value) ?? (isInternalLooking(value) ? foundInModules(value) : undefined);
  if (!found || typeof value !== "function") return found;
  return isInternal(value) ? found : undefined;
}

let modulesAreCurrent = false;

/** Modules may have been loaded since the last capture; within one, nothing runs that could load any. */
export function refreshBuiltins(): void {
  modulesAreCurrent = false;
}

function foundInModules(value: object): IntrinsicPath | undefined {
  if (!modulesAreCurrent) addLoadedModules();
  modulesAreCurrent = true;
  return table.get(value) ?? namespaceOf(value);
}

/** Modules are only searched for what could be theirs: most objects of a program are plain. */
function isInternalLooking(value: object): boolean {
  if (typeof value === "function") return true;
  const proto = Object.getPrototypeOf(value);
  return (
    proto === null ||
    proto === Object.prototype ||
    types.isModuleNamespaceObject(value) ||
    Object.hasOwn(value, "constructor")
  );
}

function addGlobals(): void {
  for (const [name, value] of Object.entries(hiddenIntrinsics())) add(value, { root: name, path: [] }, DEPTH);
  for (const name of standardGlobals()) {
    const descriptor = LEFT_OUT.has(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name);
    if (descriptor && isObject(descriptor.value)) add(descriptor.value, { root: name, path: [] }, DEPTH);
  }
  for (const name of ["process", "Buffer"]) add((globalThis as Loose)[name], { root: name, path: [] }, 1);
}

let lazyAreKnown = false;

/**
 * Built-ins behind getters of the global object (`crypto`, `fetch`), which load something when read: asked for only
 * when an object of Node's is met that nothing else explains.
 */
export function lazyBuiltinOf(value: object): IntrinsicPath | undefined {
  if (!lazyAreKnown) addLazyGlobals();
  lazyAreKnown = true;
  return table.get(value);
}

function addLazyGlobals(): void {
  for (const name of standardGlobals()) {
    const descriptor = LEFT_OUT.has(name) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name);
    const value = descriptor && (globalThis as Loose)[name];
    if (isObject(value)) add(value, { root: name, path: [] }, DEPTH);
  }
  const { subtle } = globalThis.crypto ?? {};
  if (subtle) add(subtle, { root: "crypto", path: [".subtle"] }, 0);
}

/** Built-in modules that the program has loaded; asking for them loads nothing. */
function addLoadedModules(): void {
  const loaded = new Set((process as Loose).moduleLoadList.map((one: string) => one.replace(/^NativeModule /, "")));
  for (const name of builtinModules) {
    if (MODULES_LEFT_OUT.test(name) || modulesSeen.has(name) || !loaded.has(name)) continue;
    modulesSeen.add(name);
    add(requireHere(`node:${name}`), { root: `node:${name}`, path: [] }, DEPTH);
  }
}

/** The namespace object of a built-in module is made by the loader, so it is known by its default export. */
function namespaceOf(value: Loose): IntrinsicPath | undefined {
  if (!types.isModuleNamespaceObject(value)) return undefined;
  const exported = Object.getOwnPropertyDescriptor(value, "default")?.value;
  const found = isObject(exported) ? table.get(exported) : undefined;
  return found?.root.startsWith("node:") && found.path.length === 0 ? { root: `*${found.root}`, path: [] } : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function add(start: object, at: IntrinsicPath, depth: number): void {
  const pending: [object, IntrinsicPath, number][] = [[start, at, depth]];
  for (let next = pending.shift(); next; next = pending.shift()) {
    const [value, place, left] = next;
    if (table.has(value) || value === globalThis || types.isProxy(value)) continue;
    table.set(value, place);
    if (left > 0) for (const [child, step] of childrenOf(value, place)) pending.push([child, step, left - 1]);
  }
}

function childrenOf(value: object, { root, path }: IntrinsicPath): [object, IntrinsicPath][] {
  const found: [object, IntrinsicPath][] = [];
  for (const key of Reflect.ownKeys(value)) {
    const name = stepName(key);
    if (name === undefined || LEFT_OUT.has(name)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    const usable = typeof descriptor.value === "function" || !FUNCTIONS_ONLY.has(root);
    if (isObject(descriptor.value) && usable) found.push([descriptor.value, { root, path: [...path, `.${name}`] }]);
    if (descriptor.get) found.push([descriptor.get, { root, path: [...path, `<${name}`] }]);
    if (descriptor.set) found.push([descriptor.set, { root, path: [...path, `>${name}`] }]);
  }
  return found;
}

function stepName(key: PropertyKey): string | undefined {
  if (typeof key !== "symbol") return String(key).startsWith("@@") ? undefined : String(key);
  const name = key.description?.replace(/^Symbol\./, "");
  return name && keyOfStep(`@@${name}`) === key ? `@@${name}` : undefined;
}

const internalFunctions = new WeakMap<Callable, boolean>();

/** Whether a function is the engine's or Node's own, as against code of the program, however it got there. */
export function isInternal(fn: Callable): boolean {
  const known = internalFunctions.get(fn);
  if (known !== undefined) return known;
  const verdict = readsAsNative(fn) ? nativeAllTheWay(fn) : internalScript(fn);
  internalFunctions.set(fn, verdict);
  return verdict;
}

/** The methods of `console` are bound functions; a bound function of the user's reads as native too. */
function nativeAllTheWay(fn: Callable): boolean {
  const { bound } = lookAtFunction(fn);
  return !bound || (table.has(fn) && isInternal(bound.target));
}

function readsAsNative(fn: Callable): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(fn));
}

function internalScript(fn: Callable): boolean {
  const { location } = lookAtFunction(fn);
  return location !== undefined && (scriptOf(location.scriptId)?.url ?? "").startsWith("node:");
}
