import process from "node:process";
import { types } from "node:util";
import type { Chain } from "../../graph/chain.js";
import type { Refusal } from "../../graph/refusal.js";
import { nameOf } from "../../inspect/function-excerpt.js";
import type { Callable } from "../../types.js";

const MAKE_INSIDE = "Create it inside the function, so that each worker has its own.";

/** Reasons for objects that are recognised by what they are; undefined when nothing speaks against the object. */
export function refusalOf(value: object, { proxied, tag }: Chain): Refusal | undefined {
  if (value === process.env) return envRefusal;
  if (types.isPromise(value)) return { reason: "it is a promise", hint: "Await it first, and capture its result." };
  if (types.isSharedArrayBuffer(value)) return shared;
  if (types.isGeneratorObject(value)) return running("a generator that is already running");
  if (types.isMapIterator(value) || types.isSetIterator(value)) return running("an iterator that is already running");
  if (types.isExternal(value)) return { reason: "it is a handle of native code", hint: MAKE_INSIDE };
  // The question is answered by reading a member, which must not come upon a proxy among the prototypes.
  return !proxied && (types.isCryptoKey(value) || types.isKeyObject(value)) ? keyRefusal : byTag(tag);
}

const envRefusal: Refusal = {
  reason: "it is the whole process environment, which holds secrets and differs on each worker",
  hint: "Read process.env.NAME inside the function, or capture the single values it needs.",
};

const shared: Refusal = {
  reason: "it is a SharedArrayBuffer, and workers share no memory with this process",
  hint: "Copy it into an ordinary ArrayBuffer first.",
};

const keyRefusal: Refusal = {
  reason: "it is a cryptographic key",
  hint: "Load the key inside the function, from a file or a secrets manager that workers can read.",
};

function running(what: string): Refusal {
  return { reason: `it is ${what}, whose state cannot be read`, hint: "Collect its values into an array first." };
}

function byTag(tag: string): Refusal | undefined {
  if (tag === "FinalizationRegistry")
    return { reason: `it is a ${tag}, which belongs to this process's memory`, hint: MAKE_INSIDE };
  if (tag.startsWith("WebAssembly.")) {
    return { reason: `it is a ${tag}`, hint: "Compile the module inside the function, from its bytes." };
  }
  return tag === "Iterator" ? running("an iterator that is already running") : undefined;
}

export function foreignSymbol(maker: string): Refusal {
  return {
    reason: `it may be a symbol of the package ${maker}, and what modules in a context of their own export cannot be asked for`,
    hint: "Read it from the package inside the function, or use a symbol of Symbol.for().",
  };
}

/** A function of Node's or the engine's that has no public name. */
export function refusalOfInternal(fn: Callable): Refusal {
  if (mayRevoke(fn)) return revokes;
  const name = nameOf(fn) ? `the function ${nameOf(fn)}` : "a function";
  if (isForeign(fn)) return foreignRefusal(name);
  if (/^\d+$/.test(nameOf(fn))) return ofWebAssembly;
  if (nameOf(fn) === "") return nameless;
  return {
    reason: `it is ${name} of Node.js itself, which no public name reaches on a worker`,
    hint: "Call it inside the function through the module it comes from.",
  };
}

/** The only one of the engine's functions without a name that takes nothing, and that programs get hold of. */
function mayRevoke(fn: Callable): boolean {
  return nameOf(fn) === "" && Object.getOwnPropertyDescriptor(fn, "length")?.value === 0;
}

const revokes: Refusal = {
  reason: "it is the function that revokes a proxy, and which proxy that is cannot be read",
  hint: "Finish what the proxy is made for first, such as a draft, or make it with new Proxy().",
};

/** The engine names what a WebAssembly module exports by its number. */
const ofWebAssembly: Refusal = {
  reason: "it is a function of a WebAssembly module that this program has loaded, whose memory cannot be copied",
  hint: "Load the module inside the function, or in the setup option, which runs once for each worker.",
};

/** The engine gives none to what `format` of a formatter is, and to what settles a promise. */
const nameless: Refusal = {
  reason: "it is a function that the engine made for one object, and which object that is cannot be read",
  hint: "Capture a formatter, not its format function; of what settles a promise, return the value instead.",
};

function foreignRefusal(what: string): Refusal {
  return {
    reason: `it is ${what} of another vm context, and workers have no such context`,
    hint: "Make the value in this context: copy data by structuredClone or JSON.",
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
  const hint = (Object.hasOwn(CURES, name) && CURES[name]) || MAKE_INSIDE;
  return { reason: `it is an instance of ${name}, which has state inside Node.js that cannot be copied`, hint };
}

const CANCEL = "To cancel calls, give map() the option signal, and use the signal of the context that each call gets.";
const READ = "Read it first, as by await it.arrayBuffer(), and make it of the bytes inside the function.";

/** What people do instead, where it is not to make such an object inside the function. */
const CURES: Readonly<Record<string, string>> = {
  AbortController: CANCEL,
  AbortSignal: CANCEL,
  AsyncLocalStorage: "Call map() outside of its run(), and hand the function what it needs of the store.",
  Blob: READ,
  Dirent: "Capture its name, its parentPath and what its methods tell.",
  EventTarget: "Add its listeners inside the function.",
  File: READ,
  FormData: "Capture its entries, as by [...form], and fill another one inside the function.",
  Headers: "Capture new Headers(it), or with several cookies [...it].",
  Request: "Capture its url, method and headers, and make the request inside the function.",
  Response: "Read it first, as by await it.json() or await it.text(), and capture that.",
};
