import { EventEmitter } from "node:events";
import { Stats } from "node:fs";
import { Stream } from "node:stream";
import { types } from "node:util";
import { once } from "../../../util/once.js";
import type { Chain } from "../../graph/chain.js";
import { builtinOf, isInternal } from "../../identity/builtins.js";

const END: Chain = { proxied: false, tag: "", native: undefined };
const PROXY: Chain = { ...END, proxied: true };

/** Answers for each prototype once, and only for the time of one capture: prototypes can change. */
export class Chains {
  private readonly known = new Map<object, Chain>();

  of(value: object): Chain {
    const unknown: object[] = [];
    let at = Object.getPrototypeOf(value);
    for (; at && !types.isProxy(at) && !this.known.has(at); at = Object.getPrototypeOf(at)) unknown.push(at);
    let chain = at === null ? END : (this.known.get(at) ?? PROXY);
    for (const proto of unknown.reverse()) {
      chain = prepend(proto, chain);
      this.known.set(proto, chain);
    }
    return chain;
  }
}

function prepend(proto: object, rest: Chain): Chain {
  return {
    proxied: rest.proxied,
    tag: tagOf(proto) || rest.tag,
    native: isOrdinary(proto) ? undefined : (nativeNameOf(proto) ?? rest.native),
  };
}

function tagOf(proto: object): string {
  const tag = Object.getOwnPropertyDescriptor(proto, Symbol.toStringTag)?.value;
  if (typeof tag !== "string") return "";
  if (/^(WeakRef|FinalizationRegistry|WebAssembly\..*)$/.test(tag)) return tag;
  return /^(Array|String|RegExp String|Segmenter String) Iterator$/.test(tag) ? "Iterator" : "";
}

const { getPrototypeOf } = Object;

/** Whether an object has the hidden state of these has been asked before its prototypes are looked at. */
const ORDINARY = new Set<unknown>([
  ...[Object, Array, Function, Map, Set, Date, RegExp, Promise, WeakMap, WeakSet].map((one) => one.prototype),
  ...[Number, String, Boolean, Symbol, BigInt].map((one) => one.prototype),
  ...[ArrayBuffer, SharedArrayBuffer, DataView, Buffer].map((one) => one.prototype),
  ...typedArrayPrototypes(),
  ...[async () => {}, function* () {}, async function* () {}].map((one) => getPrototypeOf(one)),
  ...[function* () {}, async function* () {}].map((one) => getPrototypeOf(one.prototype)),
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    (one) => one.prototype,
  ),
  getPrototypeOf(getPrototypeOf([][Symbol.iterator]())),
  // All that these have stands in their own properties.
  EventEmitter.prototype,
  Stream.prototype,
  Stats.prototype,
  getPrototypeOf(Stats.prototype),
]);

/** Those of other contexts are known by the same places. */
function isOrdinary(proto: object): boolean {
  if (ORDINARY.has(proto)) return true;
  const place = placeOf(proto);
  if (place === undefined) return false;
  return ordinaryPlaces().has(place);
}

const ordinaryPlaces = once(() => new Set([...ORDINARY].map((one) => placeOf(one as object))));

function placeOf(value: object): string | undefined {
  const found = builtinOf(value);
  return found && JSON.stringify([found.root, found.path]);
}

function typedArrayPrototypes(): object[] {
  const parent = getPrototypeOf(Uint8Array);
  const all = Object.getOwnPropertyNames(globalThis)
    .map((name) => Object.getOwnPropertyDescriptor(globalThis, name)?.value)
    .filter((one) => typeof one === "function" && getPrototypeOf(one) === parent);
  return [parent, ...all].map((one) => one.prototype);
}

/** Other built-in objects, such as `console`, may be inherited from like any object. */
function nativeNameOf(proto: object): string | undefined {
  // No class has a function as the prototype of its instances.
  if (typeof proto === "function") return undefined;
  const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  const isOfNative = typeof maker === "function" && !types.isProxy(maker) && isInternal(maker);
  const isNative = isOfNative ? maker.prototype === proto : isPrototypeOfBuiltin(proto);
  return isNative ? String(maker?.name ?? "") : undefined;
}

function isPrototypeOfBuiltin(proto: object): boolean {
  const found = builtinOf(proto);
  return found !== undefined && /prototype/i.test(found.path.at(-1) ?? found.root);
}
