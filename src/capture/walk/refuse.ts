import process from "node:process";
import { types } from "node:util";
import { nameOf } from "../texts.js";
import type { Callable, Loose } from "../types.js";
import type { Chain } from "./chain.js";

/** Why a value cannot travel, and what to do about it. */
export interface Refusal {
  reason: string;
  cure: string;
}

const MAKE_INSIDE = "Create it inside the function, so that each worker has its own.";

/** Reasons for objects that are recognised by what they are; undefined when nothing speaks against the object. */
export function refusalOf(value: Loose, { proxied, tag }: Chain, variable: string): Refusal | undefined {
  if (value === process.env) return envRefusal;
  if (types.isPromise(value)) return { reason: "it is a promise", cure: "Await it first, and capture its result." };
  if (types.isWeakMap(value) || types.isWeakSet(value))
    return weak(types.isWeakMap(value) ? "WeakMap" : "WeakSet", variable);
  if (types.isSharedArrayBuffer(value)) return shared;
  if (types.isGeneratorObject(value)) return running("a generator that is already running");
  if (types.isMapIterator(value) || types.isSetIterator(value)) return running("an iterator that is already running");
  if (types.isExternal(value)) return { reason: "it is a handle of native code", cure: MAKE_INSIDE };
  // The question is answered by reading a member, which must not come upon a proxy among the prototypes.
  return !proxied && (types.isCryptoKey(value) || types.isKeyObject(value)) ? keyRefusal : byTag(tag);
}

const envRefusal: Refusal = {
  reason: "it is the whole process environment, which holds secrets and differs on each worker",
  cure: "Read process.env.NAME inside the function, or capture the single values it needs.",
};

const shared: Refusal = {
  reason: "it is a SharedArrayBuffer, and workers share no memory with this process",
  cure: "Copy it into an ordinary ArrayBuffer first.",
};

const keyRefusal: Refusal = {
  reason: "it is a cryptographic key",
  cure: "Load the key inside the function, from where workers may read it.",
};

/** Compilers make WeakMaps of private fields, and caches of their own. */
function weak(name: string, variable: string): Refusal {
  const reason = `it is a ${name}, whose entries cannot be listed`;
  if (/cache(Node|Babel)Interop$/.test(variable))
    return { reason: `${reason}: a compiler's own, for import()`, cure: KEEP_IMPORT };
  if (/(^|\s)_\w+$/.test(variable)) return { reason, cure: KEEP_PRIVATE };
  return {
    reason,
    cure: `Use a ${name.slice(4)}, or ${MAKE_INSIDE.charAt(0).toLowerCase()}${MAKE_INSIDE.slice(1)}`,
  };
}

const KEEP_IMPORT =
  "Let the compiler leave import() as it is (swc: module.ignoreDynamic; Babel: exclude transform-dynamic-import).";

const KEEP_PRIVATE =
  "If a compiler made it of a private field (#name), compile for ES2022 or later, and use neither private fields nor accessor in classes with decorators; else use a Map or Set, or create it inside the function.";

function running(what: string): Refusal {
  return { reason: `it is ${what}, whose state cannot be read`, cure: "Collect its values into an array first." };
}

function byTag(tag: string): Refusal | undefined {
  if (tag === "WeakRef" || tag === "FinalizationRegistry") {
    return { reason: `it is a ${tag}, which belongs to this process's memory`, cure: MAKE_INSIDE };
  }
  if (tag.startsWith("WebAssembly.")) {
    return { reason: `it is a ${tag}`, cure: "Compile the module inside the function, from its bytes." };
  }
  return tag === "Iterator" ? running("an iterator that is already running") : undefined;
}

/** A function of Node's or the engine's that has no public name. */
export function refusalOfInternal(fn: Callable): Refusal {
  const name = nameOf(fn) ? `the function ${nameOf(fn)}` : "a function";
  if (isForeign(fn)) return foreignRefusal(name);
  return {
    reason: `it is ${name} of Node.js itself, which no public name reaches on a worker`,
    cure: "Call it inside the function through the module it comes from.",
  };
}

function foreignRefusal(what: string): Refusal {
  return {
    reason: `it is ${what} of another vm context, and workers have no such context`,
    cure: "Make the value in this context: copy data by structuredClone or JSON.",
  };
}

function isForeignObject(value: object): boolean {
  const proto = Object.getPrototypeOf(value);
  if (proto === null || types.isProxy(proto)) return false;
  const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  return typeof maker === "function" && !types.isProxy(maker) && isForeign(maker);
}

function isForeign(fn: Callable): boolean {
  for (let at: object | null = Object.getPrototypeOf(fn); at; at = Object.getPrototypeOf(at)) {
    if (at === Function.prototype || types.isProxy(at)) return false;
  }
  return Object.getPrototypeOf(fn) !== null;
}

/** An object that belongs to Node or the engine and has state that no code can read. */
export function nativeInstanceRefusal(value: object, name: string): Refusal {
  if (isForeignObject(value)) return foreignRefusal("an object");
  return {
    reason: `it is an instance of ${name}, which has state inside Node.js that cannot be copied`,
    cure: MAKE_INSIDE,
  };
}
