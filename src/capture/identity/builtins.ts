import process from "node:process";
import { types } from "node:util";
import { once } from "../../util/once.js";
import { lookAtFunction } from "../inspect/look.js";
import { isObject } from "../is-object.js";
import { ownProperty, readProperty } from "../own-property.js";
import { hiddenIntrinsics } from "../rebuild/intrinsics.js";
import type { Callable } from "../types.js";
import { newlyLoaded } from "./builtin-modules.js";
import { isLanguageGlobal, standardGlobals } from "./globals.js";
import { codeOwner } from "./is-native.js";
import { nodeErrorPlace } from "./node-errors.js";
import { addAliases, addPlaces, type IntrinsicPath, LEFT_OUT, places, standIns } from "./places.js";
import { thisCapture } from "./this-capture.js";

/** Depth of the walk from a root: `Intl.DateTimeFormat.prototype.format` is the deepest kind of thing met in code. */
const DEPTH = 4;

/** What built-in modules export as a whole, by the first module that does: `sys` gives what `util` gives. */
const wholes = new Map<object, string>();

/** The built-in that `value` is, or undefined when it is the program's own. */
export function builtinOf(value: object): IntrinsicPath | undefined {
  if (value === globalThis) return { root: "globalThis", path: [] };
  const standsFor = standIns.get(value);
  if (standsFor) return standsFor;
  // Its script tells a function of the program's, and then no table of what there is has to be made.
  if (typeof value === "function" && codeOwner(value as Callable) === "program") return undefined;
  needGlobals();
  const found = inTable(value) ?? (isInternalLooking(value) ? foundAmongModules(value) : undefined);
  if (!found || typeof value !== "function") return found;
  return isInternal(value) ? found : undefined;
}

/** What the program's functions hold is its own, wherever the program has put those functions. */
function inTable(value: object | symbol): IntrinsicPath | undefined {
  const found = places.get(value);
  for (let at = found?.holder; at; at = places.get(at)?.holder) {
    if (typeof at === "function" && !isInternal(at as Callable)) return undefined;
  }
  return found && { root: found.root, path: found.path };
}

function foundAmongModules(value: object): IntrinsicPath | undefined {
  const found = foundInModules(value);
  if (found || typeof value === "function" || types.isModuleNamespaceObject(value)) return found;
  const [first] = Object.keys(value);
  const member = first === undefined ? undefined : ownProperty(value, first)?.value;
  const isLikely = typeof member === "function" && !types.isProxy(member) && isInternal(member);
  return isLikely ? lazyBuiltinOf(value) : nodeErrorPlace(value);
}

/** The place of a symbol that a module of Node's exports, and that no registry has. */
export function builtinSymbol(value: symbol): IntrinsicPath | undefined {
  return foundInModules(value);
}

function foundInModules(value: object | symbol): IntrinsicPath | undefined {
  needGlobals();
  const lookups = thisCapture();
  if (!lookups.hasBuiltinModules) addLoadedModules();
  lookups.hasBuiltinModules = true;
  return inTable(value) ?? (isObject(value) ? namespaceOf(value) : undefined);
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

/** What the global object held when this was loaded: a program may put something else in its place later. */
const AT_LOAD: ReadonlyMap<string, unknown> = new Map(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, ownProperty(globalThis, name)?.value]),
);

/** Whether a global function was put in the place of one that was there when this was loaded. */
export function isPutLater(name: string): boolean {
  const before = AT_LOAD.get(name);
  return typeof before === "function" && ownOfGlobal(name)?.value !== before;
}

function isNodesFunction(value: object): boolean {
  return typeof value === "function" && !types.isProxy(value) && isInternal(value);
}

/** They come first, so that what modules share with them is known as of the global object. */
const needGlobals = once((): void => {
  for (const name of standardGlobals()) {
    const value = AT_LOAD.get(name);
    if (isObject(value) && value !== ownOfGlobal(name)?.value && (isNodesFunction(value) || isNamespace(value, name)))
      addPlaces(value, { root: name, path: [] }, DEPTH);
  }
  for (const [name, value] of Object.entries(hiddenIntrinsics())) addPlaces(value, { root: name, path: [] }, DEPTH);
  for (const name of standardGlobals()) {
    const descriptor = ownOfGlobal(name);
    if (descriptor && isNodesValue(name, descriptor.value))
      addPlaces(descriptor.value, { root: name, path: [] }, DEPTH);
    if (descriptor?.get) addPlaces(descriptor.get, { root: "globalThis", path: [`<${name}`] }, 0);
  }
  for (const name of ["process", "Buffer"]) {
    const value = readProperty(globalThis, name);
    if (isObject(value)) addPlaces(value, { root: name, path: [] }, 2);
  }
});

/** What Node loads at the first look may need a global that the program took away. */
function ownOfGlobal(name: string): PropertyDescriptor | undefined {
  try {
    return LEFT_OUT.has(name) ? undefined : ownProperty(globalThis, name);
  } catch {
    return undefined;
  }
}

/** Node has its objects behind getters; where a program puts its own in their place, it replaces the getter, too. */
function isNodesValue(name: string, value: unknown): value is object {
  if (typeof value === "function" || !isObject(value)) return typeof value === "function";
  return name === "console" || isNamespace(value, name);
}

/** Whether an object is one of the engine's namespaces, such as `Math`: those bear their name for good. */
export function isNamespace(value: object, name: string): boolean {
  const tag = types.isProxy(value) ? undefined : ownProperty(value, Symbol.toStringTag);
  return (isLanguageGlobal(name) || name === "WebAssembly") && tag?.value === name && tag.writable === false;
}

/**
 * Built-ins behind getters, of the global object (`crypto`, `fetch`) and of modules (`fs.promises`), which load something
 * when read: asked for only when an object of Node's is met that nothing else explains.
 */
export function lazyBuiltinOf(value: object): IntrinsicPath | undefined {
  foundInModules(value);
  addLazyGlobals();
  for (const [exported, name] of wholes) addLazyMembers(exported, name);
  addAliases();
  return inTable(value) ?? ownStream(value) ?? wrappedBuiltin(value);
}

/** What is written to a worker's streams is the call's output. Only the getters of these two start nothing. */
function ownStream(value: object): IntrinsicPath | undefined {
  const name = ["stdout", "stderr"].find((one) => readProperty(process, one) === value);
  return name === undefined ? undefined : { root: "process", path: [`.${name}`] };
}

/** Getters that importing the module would read, too; others may warn. */
function addLazyMembers(exported: object, name: string): void {
  if (lazySeen.has(exported)) return;
  lazySeen.add(exported);
  for (const key of Object.keys(exported)) {
    const getter = ownProperty(exported, key)?.get;
    if (!getter || LEFT_OUT.has(key) || !isInternal(getter)) continue;
    const value = readProperty(exported, key);
    if (isObject(value)) addPlaces(value, { root: `node:${name}`, path: [`.${key}`] }, DEPTH);
  }
}

const lazySeen = new WeakSet<object>();

/** What compilers to CommonJS make of `import process from "node:process"`: getters over the module, with its prototype. */
function wrappedBuiltin(value: object): IntrinsicPath | undefined {
  const inner = ownProperty(value, "default")?.value;
  const name = isObject(inner) ? wholes.get(inner) : undefined;
  const isWrapper =
    name !== undefined &&
    Object.getPrototypeOf(value) === Object.getPrototypeOf(inner) &&
    Object.keys(value).every((key) => key === "default" || ownProperty(value, key)?.get);
  return isWrapper ? { root: `*node:${name}`, path: [] } : undefined;
}

/** Without WebAssembly, as under --jitless, loading what is behind some of them fails later, and ends the program. */
const addLazyGlobals = once((): void => {
  if (!Object.hasOwn(globalThis, "WebAssembly")) return;
  for (const name of standardGlobals()) {
    const value = lazyGlobal(name);
    if (isObject(value)) addPlaces(value, { root: name, path: [] }, DEPTH);
  }
  const { subtle } = globalThis.crypto ?? {};
  if (subtle) addPlaces(subtle, { root: "crypto", path: [".subtle"] }, 0);
});

/** What Node's getters give. The first look, which the program may have had since the table was made, puts it in their place. */
function lazyGlobal(name: string): unknown {
  const { get, value } = ownOfGlobal(name) ?? {};
  if (get) return isInternal(get) ? readProperty(globalThis, name) : undefined;
  return isObject(value) && isNodesFunction(value) ? value : undefined;
}

function addLoadedModules(): void {
  addModules();
  addAliases();
}

function addModules(): void {
  for (const [name, exported] of newlyLoaded()) {
    if (!isObject(exported)) continue;
    if (!wholes.has(exported)) wholes.set(exported, name);
    addPlaces(exported, { root: `node:${name}`, path: [] }, DEPTH);
  }
}

/** The namespace object of a built-in module is made by the loader, so it is known by its default export. */
function namespaceOf(value: object): IntrinsicPath | undefined {
  if (!types.isModuleNamespaceObject(value)) return undefined;
  const exported = ownProperty(value, "default")?.value;
  const name = isObject(exported) ? wholes.get(exported) : undefined;
  return name === undefined ? undefined : { root: `*node:${name}`, path: [] };
}

/** Takes an object, and what it leads to in so many steps, for that built-in of the worker's. */
export function addBuiltin(start: object, at: IntrinsicPath, depth: number): void {
  needGlobals();
  addPlaces(start, at, depth);
}

/** Whether a function is the engine's or Node's own, as against code of the program, however it got there. */
export function isInternal(fn: Callable): boolean {
  const owner = codeOwner(fn);
  return owner === "target" ? isBoundBuiltin(fn) : owner === "node";
}

/** The methods of `console` are bound functions; a bound function of the user's reads as native too. */
function isBoundBuiltin(fn: Callable): boolean {
  needGlobals();
  const target = places.has(fn) && lookAtFunction(fn).bound?.target;
  return target ? isInternal(target) : false;
}
