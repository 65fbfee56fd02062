import { types } from "node:util";
import { lookAtFunction } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import { hiddenIntrinsics, keyOfStep } from "../rebuild/intrinsics.js";
import type { Callable, Loose } from "../types.js";
import { newlyLoaded } from "./builtin-modules.js";
import { standardGlobals } from "./globals.js";

/** How a worker finds a built-in object: a root and steps from it; see `rebuild/intrinsics.ts`. */
export interface IntrinsicPath {
  root: string;
  path: string[];
}

/** Depth of the walk from a root: `Intl.DateTimeFormat.prototype.format` is the deepest kind of thing met in code. */
const DEPTH = 4;
/** Reading these would start something, warn, or lead to the user's own data. */
const LEFT_OUT = new Set([
  "env",
  "main",
  "mainModule",
  "stdin",
  "stdout",
  "stderr",
  "localStorage",
  "sessionStorage",
  "navigator",
  "workerData",
  "global",
  "globalThis",
]);
/** Of these, only functions are the same everywhere: their data is the program's own. */
const FUNCTIONS_ONLY = new Set(["node:worker_threads", "node:repl"]);
/** These are there on a worker, with the worker's own data within. */
const NOT_ENTERED = new Set(["_cache", "_pathCache", "_events", "workers", "settings"]);

const table = new Map<object, IntrinsicPath>();
/** What built-in modules export as a whole, by the first module that does: `sys` gives what `util` gives. */
const wholes = new Map<object, string>();

/** The built-in that `value` is, or undefined when it is the program's own. */
export function builtinOf(value: object): IntrinsicPath | undefined {
  if (value === globalThis) return { root: "globalThis", path: [] };
  if (typeof value === "function" && isOwnCode(value as Callable)) return undefined;
  if (table.size === 0) addGlobals();
  const found = table.get(value) ?? (isInternalLooking(value) ? foundAmongModules(value) : undefined);
  if (!found || typeof value !== "function") return found;
  return isInternal(value) ? found : undefined;
}

function foundAmongModules(value: Loose): IntrinsicPath | undefined {
  const found = foundInModules(value);
  if (found || typeof value === "function" || types.isModuleNamespaceObject(value)) return found;
  const [first] = Object.keys(value);
  const member = first === undefined ? undefined : Object.getOwnPropertyDescriptor(value, first)?.value;
  const isLikely = typeof member === "function" && !types.isProxy(member) && isInternal(member);
  return isLikely ? lazyBuiltinOf(value) : undefined;
}

/** The program's functions are told by their scripts, and then no table of what there is has to be made. */
function isOwnCode(fn: Callable): boolean {
  return !readsAsNative(fn) && !isInternal(fn);
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
  for (const name of ["process", "Buffer"]) add((globalThis as Loose)[name], { root: name, path: [] }, 2);
}

let lazyAreKnown = false;

/**
 * Built-ins behind getters, of the global object (`crypto`, `fetch`) and of modules (`fs.promises`), which load something
 * when read: asked for only when an object of Node's is met that nothing else explains.
 */
export function lazyBuiltinOf(value: object): IntrinsicPath | undefined {
  foundInModules(value);
  if (!lazyAreKnown) addLazyGlobals();
  lazyAreKnown = true;
  for (const [exported, name] of wholes) addLazyMembers(exported, name);
  return table.get(value) ?? wrappedBuiltin(value);
}

/** Getters that importing the module would read, too; others may warn. */
function addLazyMembers(exported: Loose, name: string): void {
  if (lazySeen.has(exported)) return;
  lazySeen.add(exported);
  for (const key of Object.keys(exported)) {
    if (!Object.getOwnPropertyDescriptor(exported, key)?.get || LEFT_OUT.has(key)) continue;
    const value = exported[key];
    if (isObject(value)) add(value, { root: `node:${name}`, path: [`.${key}`] }, DEPTH);
  }
}

const lazySeen = new WeakSet<object>();

/** What compilers to CommonJS make of `import process from "node:process"`: getters over the module, with its prototype. */
function wrappedBuiltin(value: object): IntrinsicPath | undefined {
  const inner = Object.getOwnPropertyDescriptor(value, "default")?.value;
  const name = isObject(inner) ? wholes.get(inner) : undefined;
  const isWrapper =
    name !== undefined &&
    Object.getPrototypeOf(value) === Object.getPrototypeOf(inner) &&
    Object.keys(value).every((key) => key === "default" || Object.getOwnPropertyDescriptor(value, key)?.get);
  return isWrapper ? { root: `*node:${name}`, path: [] } : undefined;
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

function addLoadedModules(): void {
  for (const [name, exported] of newlyLoaded()) {
    if (!isObject(exported)) continue;
    if (!wholes.has(exported)) wholes.set(exported, name);
    add(exported, { root: `node:${name}`, path: [] }, DEPTH);
  }
}

/** The namespace object of a built-in module is made by the loader, so it is known by its default export. */
function namespaceOf(value: Loose): IntrinsicPath | undefined {
  if (!types.isModuleNamespaceObject(value)) return undefined;
  const exported = Object.getOwnPropertyDescriptor(value, "default")?.value;
  const name = isObject(exported) ? wholes.get(exported) : undefined;
  return name === undefined ? undefined : { root: `*node:${name}`, path: [] };
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
    const isEntered = left > 0 && !NOT_ENTERED.has(place.path.at(-1)?.slice(1) ?? "");
    if (isEntered) for (const [child, step] of childrenOf(value, place)) pending.push([child, step, left - 1]);
  }
}

function childrenOf(value: object, { root, path }: IntrinsicPath): [object, IntrinsicPath][] {
  const found: [object, IntrinsicPath][] = [];
  for (const key of Reflect.ownKeys(value)) {
    const name = stepName(key);
    if (name === undefined || LEFT_OUT.has(name)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    const usable = typeof descriptor.value === "function" || name === "prototype" || !FUNCTIONS_ONLY.has(root);
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
  if (bound && table.size === 0) addGlobals();
  return !bound || (table.has(fn) && isInternal(bound.target));
}

function readsAsNative(fn: Callable): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(fn));
}

function internalScript(fn: Callable): boolean {
  const { location } = lookAtFunction(fn);
  return location !== undefined && (scriptOf(location.scriptId)?.url ?? "").startsWith("node:");
}
