import { types } from "node:util";
import type { ScopeView } from "../inspect/look.js";
import { mainGlobal, offerSlotIn } from "../inspect/session.js";
import { ownProperty } from "../own-property.js";
import type { Callable, Loose } from "../types.js";
import { addBuiltin, isInternal } from "./builtins.js";
import { languageGlobals } from "./globals.js";

/**
 * Each context (`node:vm`, and so Jest's test files) has its own `Object`, `Map` and so on. A worker has one context, so
 * those of all contexts travel as the worker's own.
 */
const met = new WeakSet<object>([globalThis]);

/** The global object of the context that a function is from, as its outermost scope shows it. */
export function globalOf(scopes: readonly ScopeView[]): object {
  const last = scopes.at(-1);
  return last?.description.startsWith("Global") && last.values !== main ? last.values : globalThis;
}

/** Makes the built-ins of a function's context known, and those of the program's main one, which loads its modules. */
export function meetRealm(scopes: readonly ScopeView[]): void {
  if (!main) meetMain();
  const global = globalOf(scopes);
  addRealm(global);
  offerSlotIn(global);
}

let main: unknown;

function meetMain(): void {
  main = mainGlobal();
  if (main === globalThis) return;
  addRealm(main);
  addBuffers(globalThis);
}

function addRealm(global: Loose): void {
  if (typeof global !== "object" || met.has(global) || types.isProxy(global)) return;
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
  return typeof value === "object" && value !== null && NAMESPACES.has((value as Loose)[Symbol.toStringTag]);
}

const NAMESPACES = new Set<unknown>(["Math", "JSON", "Reflect", "Atomics", "Intl", "WebAssembly"]);

/** Built-ins that only code of the context leads to; without them, its async functions and generators are refused. */
function addHidden(global: Loose): void {
  const { getPrototypeOf: proto } = Object;
  for (const [name, made] of Object.entries(madeIn(global))) {
    addBuiltin(proto(made), { root: `%${name}Function%`, path: [".prototype"] }, 0);
    if (made.prototype) addBuiltin(proto(made.prototype), { root: `%${name}Prototype%`, path: [] }, 0);
  }
}

/** Jest gives its contexts the `ArrayBuffer` of the main one, but typed arrays still make their own. */
function addBuffers(global: Loose): void {
  const maker = ownProperty(global, "Float32Array")?.value;
  if (!isOfEngine(maker)) return;
  const buffer = bufferOf.call(Reflect.construct(maker as Callable, []));
  addBuiltin(Object.getPrototypeOf(buffer), { root: "ArrayBuffer", path: [".prototype"] }, 1);
}

const bufferOf = ownProperty(Object.getPrototypeOf(Uint8Array.prototype), "buffer")?.get as Callable;

const MAKE = "return { Async: async () => {}, Generator: function* () {}, AsyncGenerator: async function* () {} }";

function madeIn(global: Loose): Record<string, Callable> {
  const make = ownProperty(global, "Function")?.value;
  try {
    return isOfEngine(make) ? (make as Callable)(MAKE)() : {};
  } catch {
    return {}; // code made from strings may be forbidden
  }
}
