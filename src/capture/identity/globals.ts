import { types } from "node:util";
import vm from "node:vm";
import { once } from "../../util/once.js";
import { isInspectorBlocked } from "../inspect/connection.js";
import { nameOf } from "../inspect/function-excerpt.js";
import { untouchedRealm } from "../inspect/realm.js";
import { ownProperty } from "../own-property.js";
import { isNative } from "./is-native.js";

/** Globals that Node adds to those of the language. Only names: a worker of another version may lack some. */
const NODE_GLOBALS = `AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy
CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget
File FormData Headers MessageChannel MessageEvent MessagePort Performance PerformanceEntry PerformanceMark
PerformanceMeasure PerformanceObserver ReadableStream Request Response SubtleCrypto TextDecoder TextEncoder
TransformStream URL URLSearchParams WebAssembly WebSocket WritableStream atob btoa clearImmediate clearInterval
clearTimeout console crypto fetch global navigator performance process queueMicrotask setImmediate setInterval
setTimeout structuredClone TextDecoderStream TextEncoderStream EventSource CloseEvent Navigator Storage
ReadableStreamDefaultReader WritableStreamDefaultWriter ReadableStreamBYOBReader ReadableStreamBYOBRequest
ReadableByteStreamController ReadableStreamDefaultController TransformStreamDefaultController
WritableStreamDefaultController PerformanceObserverEntryList PerformanceResourceTiming localStorage sessionStorage`;

/** Globals of the language; later editions add to them, and then the fresh context below tells. */
const LANGUAGE_GLOBALS = `AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date
Error EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl
JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String
Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt
undefined unescape`;

export const languageGlobals: readonly string[] = LANGUAGE_GLOBALS.split(/\s+/);
export const nodeGlobals: readonly string[] = NODE_GLOBALS.split(/\s+/);
const ofLanguage: ReadonlySet<string> = new Set(languageGlobals);

/** Whether a global is the language's own: none of its properties can be enumerated. */
export function isLanguageGlobal(name: string): boolean {
  return ofLanguage.has(name);
}

/** Node's globals that this process had when it loaded the library: other versions, and flags, have others. */
const hadAtFirst: ReadonlySet<string> = new Set(nodeGlobals.filter((name) => name in globalThis));

/** Whether the program took a global away from `global` that a worker has. */
export function isDeletedGlobal(name: string, global: object): boolean {
  if (name in global) return false;
  return isLanguageGlobal(name) ? Object.hasOwn(untouchedRealm(), name) : global === globalThis && hadAtFirst.has(name);
}

const wellKnown: ReadonlySet<string> = new Set(`${LANGUAGE_GLOBALS} ${NODE_GLOBALS}`.split(/\s+/));

/** Whether a name means the same on every worker. Making a context takes milliseconds, and few names need it. */
export function isStandardGlobal(name: string): boolean {
  return wellKnown.has(name) || standardGlobals().has(name);
}

/** Names that mean the same on every worker. Taken from a fresh context: the live one also holds the user's globals. */
export const standardGlobals = once((): ReadonlySet<string> => {
  const fresh: string[] = vm.runInNewContext("Object.getOwnPropertyNames(globalThis)");
  const all = new Set([...fresh, ...nodeGlobals]);
  const later = Object.getOwnPropertyNames(globalThis).filter((name) => !all.has(name) && isNodesClass(name));
  return new Set([...all, ...later]);
});

/** A class that a version of Node has beyond those listed: hidden, as all of them are, and with code of Node's, if that can be told. */
function isNodesClass(name: string): boolean {
  const { get, value, enumerable } = ownProperty(globalThis, name) ?? {};
  if (enumerable || !/^[A-Z]/.test(name)) return false;
  if (isInspectorBlocked()) return true;
  if (get) return isNative(get);
  return typeof value === "function" && !types.isProxy(value) && nameOf(value) === name && isNative(value);
}

/** The language does not change while the program runs, and a context takes a millisecond to make. */
const members = new Map<string, ReadonlySet<string> | undefined>();

/** Names of the own members of a global of the language, as it came; undefined for what is none, such as Node's. */
export function languageMembers(global: string): ReadonlySet<string> | undefined {
  if (!members.has(global)) members.set(global, listMembers(global));
  return members.get(global);
}

function listMembers(global: string): ReadonlySet<string> | undefined {
  const names = vm.runInNewContext("Object.hasOwn(globalThis, name) && Object.getOwnPropertyNames(globalThis[name])", {
    name: global,
  });
  return names ? new Set(names) : undefined;
}
