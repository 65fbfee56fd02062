import { types } from "node:util";
import { once } from "../../util/once.js";
import { mainGlobal, objectInMain, offerSlotIn } from "../inspect/connection.js";
import type { FunctionLook, ScopeView } from "../inspect/look.js";
import type { Script } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { ownProperty, readProperty } from "../own-property.js";
import { HIDDEN_CODE } from "../rebuild/intrinsics.js";
import type { Callable } from "../types.js";
import { addBuiltin, isInternal } from "./builtins.js";
import { languageGlobals, nodeGlobals } from "./globals.js";
import { LEFT_OUT, standIns } from "./places.js";
import { isOfTheirConsole } from "./test-runners.js";

/**
 * Each context (`node:vm`, and so Jest's test files) has its own `Object`, `Map` and so on. A worker has one context, so
 * those of all contexts travel as the worker's own.
 */
const met = new WeakSet<object>([globalThis]);

/** The global object of the context that a function is from, as its outermost scope shows it. */
export function globalOf(scopes: readonly ScopeView[]): object {
  const last = scopes.at(-1);
  return last?.description.startsWith("Global") && last.values !== mainRealm() ? last.values : globalThis;
}

/** Modules of this context; a module's functions are all of one. */
const ofThisRealm = new WeakSet<Script>();

/** Makes the built-ins of a function's context known, and those of the program's main one, which loads its modules. */
export function meetRealm(look: Pick<FunctionLook, "scopes">, script: Script | undefined): void {
  if (script && ofThisRealm.has(script)) return;
  mainRealm();
  const global = globalOf(look.scopes);
  addRealm(global);
  offerSlotIn(global);
  if (script?.isModule && global === globalThis) ofThisRealm.add(script);
}

/** The global object of the program's main context, once its built-ins are known. */
const mainRealm = once((): unknown => {
  const main = mainGlobal();
  if (main === globalThis) return main;
  addRealm(main);
  addNodesGlobals();
  addBuffers(globalThis);
  addConsole();
  return main;
});

/** Those that Node adds to the main context: read within it, as some may be read from nowhere else. */
function addNodesGlobals(): void {
  const names = nodeGlobals.filter((name) => !LEFT_OUT.has(name));
  const values = objectInMain(`${JSON.stringify(names)}.map((name) => globalThis[name])`) as unknown[];
  for (const [index, root] of names.entries()) {
    const value = values[index];
    if (typeof value === "function" && isOfEngine(value)) addBuiltin(value, { root, path: [] }, 3);
  }
}

/** Jest's console is an object of its own; a worker's is what code there is to write to. */
function addConsole(): void {
  const { console: own } = globalThis;
  if (types.isProxy(own)) return;
  for (const name of Object.keys(objectInMain("console") as object)) {
    const method: unknown = readProperty(own, name);
    if (isOfTheirConsole(method)) standIns.set(method, { root: "console", path: [`.${name}`] });
  }
}

function addRealm(global: unknown): void {
  if (typeof global !== "object" || global === null || met.has(global) || types.isProxy(global)) return;
  met.add(global);
  addBuiltin(global, { root: "globalThis", path: [] }, 0);
  // Some that Node adds may only be read from within their own context: it ends the process otherwise.
  for (const name of languageGlobals) {
    const value = ownProperty(global, name)?.value;
    if (isOfEngine(value)) addBuiltin(value, { root: name, path: [] }, 3);
  }
  addHidden(global);
  addBuffers(global);
}

/** What the program put in the place of a global is its own. */
function isOfEngine(value: unknown): value is object {
  if (types.isProxy(value)) return false;
  if (typeof value === "function") return isInternal(value as Callable);
  return isObject(value) && NAMESPACES.has(readProperty(value, Symbol.toStringTag));
}

const NAMESPACES = new Set<unknown>(["Math", "JSON", "Reflect", "Atomics", "Intl", "WebAssembly"]);

/** Built-ins that only code of the context leads to; without them, its async functions, generators and iterators are refused. */
function addHidden(global: object): void {
  for (const [root, value] of Object.entries(hiddenIn(global)))
    if (isObject(value)) addBuiltin(value, { root, path: [] }, 2);
}

/** Jest gives its contexts the `ArrayBuffer` of the main one, but typed arrays still make their own. */
function addBuffers(global: object): void {
  const maker = ownProperty(global, "Float32Array")?.value;
  if (!isOfEngine(maker)) return;
  const buffer = bufferOf.call(Reflect.construct(maker as Callable, []));
  addBuiltin(Object.getPrototypeOf(buffer), { root: "ArrayBuffer", path: [".prototype"] }, 1);
}

const bufferOf = ownProperty(Object.getPrototypeOf(Uint8Array.prototype), "buffer")?.get as Callable;

function hiddenIn(global: object): Record<string, unknown> {
  const make = ownProperty(global, "Function")?.value;
  try {
    return isOfEngine(make) ? (make as Callable)(HIDDEN_CODE)() : {};
  } catch {
    return {}; // code made from strings may be forbidden
  }
}
