import { types } from "node:util";
import { once } from "../../util/once.js";
import { isInspectorBlocked } from "../inspect/connection.js";
import { nameOf } from "../inspect/function-excerpt.js";
import { ownProperty } from "../own-property.js";
import type { Callable } from "../types.js";
import { builtinOf, isInternal, isNamespace, isPutLater } from "./builtins.js";
import { isDataOfBuiltIns } from "./data-objects.js";
import { isDataOfNode } from "./fresh-node.js";
import { givenMembers } from "./given-members.js";
import { isStandardGlobal } from "./globals.js";
import { packageOfCode } from "./package-of-code.js";
import { FEIGNS, isMeantAlike } from "./patched.js";

/** What the program did to a member of a built-in object: a worker has the object as it came. */
export type Change = "added" | "replaced";

/** Whether the program added a member to a built-in object, or put something else in its place. */
export function changeOf(owner: object, key: PropertyKey): Change | undefined {
  const own = ownProperty(owner, key);
  const place = own && placeOf(owner);
  if (!own || place === undefined) return undefined;
  if (place === GLOBAL) return changeOfGlobal(key, own);
  if (isAdded(place, key, own)) return "added";
  if (isKept(place, key) || !isReplaced(own)) return undefined;
  return isPolyfilled(place, own) ? undefined : "replaced";
}

/** Members of a built-in object that are the program's, those of packages left out. */
export function changesOf(owner: object): PropertyKey[] {
  return programsOwn(owner, Reflect.ownKeys(owner));
}

/** Those of some members of a built-in object that are the program's. */
export function programsOwn(owner: object, among: readonly PropertyKey[]): PropertyKey[] {
  const keys = among.filter((key) => !isHidden(owner, key) && changeOf(owner, key) !== undefined);
  const isExtended = keys.some((key) => POLYFILLS.test(packageOf(owner, key) ?? ""));
  const isOfOthers = (key: PropertyKey) => isOfTool(key) || packageOf(owner, key) !== undefined;
  return keys.filter((key) => !isOfOthers(key) && !(isExtended && isConstant(owner, key)));
}

export function isOfTool(key: PropertyKey): boolean {
  return TOOLS.test(String(key));
}

/** Names under which tools that run programs and tests keep things of theirs. */
const TOOLS = /^(__|Symbol\(\$*|\$\$)(vitest|vite|jest|expect|coverage|tsx|esbuild|core-js)/;

/** As polyfills define constants, which tell nothing of where they are from. */
function isConstant(owner: object, key: PropertyKey): boolean {
  const own = ownProperty(owner, key);
  return own?.enumerable === false && typeof own.value !== "function";
}

/** The name of a built-in object in code: `Math`, `Array.prototype`. */
export function placeOf(owner: object): string | undefined {
  const found = builtinOf(owner);
  return found && found.root + found.path.join("");
}

/** Whether an object is the global one of some context. */
export function isGlobalObject(owner: object): boolean {
  return placeOf(owner) === GLOBAL;
}

const GLOBAL = "globalThis";

/** Loggers and test runners put functions of theirs there; on a worker, its own ones are what is wanted. */
const KEPT_WHEN_REPLACED: ReadonlySet<string> = new Set(["console", "process"]);

/** Where the inspector is blocked, Node's own functions cannot be told from others. */
function isKept(place: string, key: PropertyKey): boolean {
  const isClock = CLOCKS.has(`${place}.${String(key)}`) && !isInspectorBlocked();
  return KEPT_WHEN_REPLACED.has(place) && !isClock;
}

/** What a fake clock replaces. */
const CLOCKS: ReadonlySet<string> = new Set(["process.hrtime", "process.nextTick", "process.uptime"]);

function isAdded(place: string, key: PropertyKey, own: PropertyDescriptor): boolean {
  const given = givenMembers(place);
  if (given) return !given.has(key) && (typeof key === "string" ? !isNodesAddition(key, own) : isProgramsSymbol(key));
  if (typeof own.value === "function" || own.get) return false;
  if (!isAssigned(own) || typeof key !== "string" || OF_NODE.has(`${place}.${key}`)) return false;
  return !isDataOf(place, key) && !isDataOfNode(place, key, own);
}

function isDataOf(place: string, key: string): boolean {
  return isDataOfBuiltIns(place, [`.${key}`]) || /^\*?node:[\w/]+$/.test(place);
}

/** Data of Node's own classes that may be assigned. */
const OF_NODE: ReadonlySet<string> = new Set(["Buffer.poolSize"]);

/** As assignment makes a property; what comes with the engine is hidden, or cannot be written. */
function isAssigned({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable === true && enumerable === true && configurable === true;
}

/** A function of Node's under its own name, such as `WebAssembly.compileStreaming`. */
function isNodesAddition(key: string, { value, get }: PropertyDescriptor): boolean {
  if (get) return isNodes(get);
  return typeof value === "function" && isNodes(value) && nameOf(value) === key;
}

/** Neither the language's, nor one that Node has registered. Those that Node keeps to itself no code can name. */
function isProgramsSymbol(key: PropertyKey): boolean {
  return (
    typeof key === "symbol" && !wellKnownSymbols().has(key) && !/^(nodejs|undici)\./.test(Symbol.keyFor(key) ?? "")
  );
}

const wellKnownSymbols = once((): ReadonlySet<unknown> => {
  return new Set(Object.getOwnPropertyNames(Symbol).map((name) => ownProperty(Symbol, name)?.value));
});

/** A symbol of Node's own among those that an object was met with. */
function isHidden(owner: object, key: PropertyKey): boolean {
  return typeof key === "symbol" && Symbol.keyFor(key) === undefined && !isGlobalObject(owner);
}

function isReplaced({ value, get }: PropertyDescriptor): boolean {
  if (get) return !isNodes(get);
  return typeof value === "function" && !isNodes(value);
}

/** What a package puts in the place of a member of the language's means the same. */
function isPolyfilled(place: string, { value, get }: PropertyDescriptor): boolean {
  const code: unknown = get ?? value;
  return givenMembers(place) !== undefined && isCode(code) && isMeantAlike(code);
}

function isCode(value: unknown): value is Callable {
  return typeof value === "function" && !types.isProxy(value);
}

function isNodes(code: Callable | undefined): boolean {
  return typeof code === "function" && !types.isProxy(code) && isInternal(code);
}

function changeOfGlobal(key: PropertyKey, own: PropertyDescriptor): Change | undefined {
  if (typeof key !== "string") return isProgramsSymbol(key) && !OWN_SYMBOLS.test(String(key)) ? "added" : undefined;
  if (!isStandardGlobal(key)) return "added";
  return isReplacedGlobal(key, own) ? "replaced" : undefined;
}

/** What a capture itself hangs there while it runs. */
const OWN_SYMBOLS = /^Symbol\(nodewren\./;

/**
 * Whether the program put something else in the place of a global that every worker has. Test runners give the contexts
 * of their files getters for those of Node.
 */
export function isReplacedGlobal(name: string, own: PropertyDescriptor): boolean {
  if (isInspectorBlocked()) return isPutLater(name);
  if (own.get && isCode(own.get) && packageOfCode(own.get) !== undefined) return false;
  if (isReplaced(own)) return !isCode(own.value) || !POLYFILLS.test(packageOfCode(own.value) ?? "");
  const value = GIVEN_BY_GETTER.has(name) && own.get ? Reflect.get(globalThis, name) : own.value;
  if (typeof value !== "object" || value === null || LEFT_TO_WORKER.has(name)) return false;
  if (types.isProxy(value)) return true;
  return !isNamespace(value, name) && !isOfNodesClass(value);
}

/** Other packages put something of their own in the place of a global, which then travels. */
const POLYFILLS = /^core-js|polyfill|shim/;

/** Node's getters of these give what the program has assigned. */
const GIVEN_BY_GETTER: ReadonlySet<string> = new Set(["performance", "crypto", "navigator"]);

/** As `navigator` is; test runners put those of Node into their contexts as they are. */
function isOfNodesClass(value: object): boolean {
  const proto = Object.getPrototypeOf(value);
  if (proto === null || proto === Object.prototype || types.isProxy(proto)) return false;
  return isNodes(ownProperty(proto, "constructor")?.value);
}

/** Test runners give their files others, which tell of the process that runs, as the worker's do. */
const LEFT_TO_WORKER: ReadonlySet<string> = new Set(["console", "process", "global", "globalThis"]);

/** The package of fake clocks, spies or mocks that put something in the place of a global. */
export function feigning(global: object, name: string): string | undefined {
  const found = packageOf(global, name);
  return found !== undefined && FEIGNS.test(found) ? found : undefined;
}

/** The package whose function a member is, or whose functions it holds. */
export function packageOf(owner: object, key: PropertyKey): string | undefined {
  const { value, get } = ownProperty(owner, key) ?? {};
  const code = get ?? (typeof value === "object" && value !== null ? firstFunctionOf(value) : value);
  return typeof code === "function" && !types.isProxy(code) ? packageOfCode(code) : undefined;
}

/** Lists may be too long to look through. */
function firstFunctionOf(value: object): unknown {
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return undefined;
  if (Array.isArray(value)) return ownProperty(value, 0)?.value;
  for (const holder of [value, Object.getPrototypeOf(value)]) {
    if (holder === null || holder === Object.prototype || types.isProxy(holder)) continue;
    for (const key of Object.getOwnPropertyNames(holder)) {
      const found = key === "stack" ? undefined : ownProperty(holder, key)?.value;
      if (typeof found === "function" && !isNodes(found)) return found;
    }
  }
  return undefined;
}
