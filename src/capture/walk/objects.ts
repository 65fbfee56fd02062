import { types } from "node:util";
import { builtinOf, lazyBuiltinOf } from "../identity/builtins.js";
import type { Loose } from "../types.js";
import { meetBuffer, meetView } from "./binary.js";
import type { HostNode, Step } from "./graph.js";
import { madeByConstructor } from "./made.js";
import { isCommonJsModule, refuseModule } from "./modules.js";
import { addPrivates } from "./privates.js";
import { encodeProperties, extensibility, fillOwn, stepTo } from "./properties.js";
import { meetProxy } from "./proxies.js";
import { nativeInstanceRefusal } from "./refuse.js";
import type { Walker } from "./walker.js";

export type Fill = (walker: Walker, node: HostNode) => void;

const NOTHING = (): boolean => false;

/** Enters an object that travels by value: decides its kind, and leaves a task that walks what it holds. */
export function meetObject(walker: Walker, value: Loose, step: Step): HostNode {
  if (types.isProxy(value)) return meetProxy(walker, value, step);
  const made = madeByConstructor(walker, value, step);
  if (made) return made;
  const kind = exoticKind(walker, value, step);
  if (kind) return enter(walker, value, step, kind.data, kind.fill);
  if (ArrayBuffer.isView(value)) return meetView(walker, value, step);
  if (types.isArrayBuffer(value)) return meetBuffer(walker, value, step);
  if (isCommonJsModule(value)) return enter(walker, value, step, { k: "obj" }, refuseModule);
  if (isNativeInstance(walker, value)) return meetNative(walker, value, step);
  return enter(walker, value, step, { k: "obj" }, fillPlain);
}

export function enter(walker: Walker, value: object, step: Step, data: Loose, fill: Fill): HostNode {
  const node = walker.addNode(value, step, data);
  (node as Loose).fill = () => fill(walker, node);
  return node;
}

function exoticKind(walker: Walker, value: Loose, step: Step): { data: Loose; fill: Fill } | undefined {
  if (Array.isArray(value)) return { data: { k: "arr", n: value.length }, fill: fillArray };
  if (types.isMap(value)) return { data: { k: "map" }, fill: fillMap };
  if (types.isSet(value)) return { data: { k: "set" }, fill: fillSet };
  if (types.isDate(value))
    return {
      data: { k: "date", t: walker.encode(Date.prototype.getTime.call(value), step) },
      fill: fillRest(Date.prototype),
    };
  if (types.isRegExp(value))
    return { data: regExpData(walker, value, step), fill: fillRest(RegExp.prototype, ["lastIndex"]) };
  if (types.isNativeError(value)) return { data: { k: "err" }, fill: fillError };
  if (types.isBoxedPrimitive(value))
    return { data: { k: "box", v: walker.encode(unbox(value), step) }, fill: fillBoxed };
  if (types.isArgumentsObject(value))
    return {
      data: { k: "args", sloppy: Object.hasOwn(value, "callee") && !accessorCallee(value) },
      fill: fillArguments,
    };
  return undefined;
}

function accessorCallee(value: object): boolean {
  return Object.getOwnPropertyDescriptor(value, "callee")?.get !== undefined;
}

function regExpData(walker: Walker, value: RegExp, step: Step): Loose {
  const read = (key: string): string =>
    (Object.getOwnPropertyDescriptor(RegExp.prototype, key) as Loose).get.call(value);
  return { k: "re", s: read("source"), f: read("flags"), last: walker.encode(value.lastIndex, step) };
}

function unbox(value: Loose): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : Symbol.prototype.valueOf.call(value);
}

/** The prototype, when it is not the one that the maker gives. */
export function fillPrototype(walker: Walker, node: HostNode, natural: object | null): void {
  const proto = Object.getPrototypeOf(node.value);
  if (proto === natural) return;
  const encoded = walker.encode(proto, stepTo(node.step, "__proto__"));
  if (node.data.k !== "obj") node.data.late = encoded;
  else {
    node.data.proto = encoded;
    if (proto) node.needs.push(encoded);
  }
}

const fillPlain: Fill = (walker, node) => {
  fillPrototype(walker, node, Object.prototype);
  fillOwn(walker, node, NOTHING);
  addPrivates(walker, node);
};

const fillRest =
  (natural: object, skipped: readonly string[] = []): Fill =>
  (walker, node) => {
    fillPrototype(walker, node, natural);
    fillOwn(walker, node, (key) => skipped.includes(key as string));
    addPrivates(walker, node);
  };

const fillBoxed: Fill = (walker, node) => {
  const natural = Object.getPrototypeOf(Object(unbox(node.value)));
  fillPrototype(walker, node, natural);
  fillOwn(walker, node, (key) => types.isStringObject(node.value) && (key === "length" || /^\d+$/.test(String(key))));
};

/** The stack is an accessor on newer engines and a value on older ones: its text is what travels. */
const fillError: Fill = (walker, node) => {
  fillPrototype(walker, node, Error.prototype);
  const { stack } = node.value;
  const own = Object.getOwnPropertyDescriptor(node.value, "stack");
  fillOwn(walker, node, (key) => key === "stack");
  if (own) addEntry(node, "stack", ["d", 5, walker.encode(stack, stepTo(node.step, "stack"))]);
  addPrivates(walker, node);
};

const fillArguments: Fill = (walker, node) => {
  fillOwn(walker, node, (key) => key === "callee" || key === Symbol.iterator);
};

const fillArray: Fill = (walker, node) => {
  const { value, step } = node;
  fillPrototype(walker, node, Array.prototype);
  if (value.length > MAX_PLAIN_LENGTH || !isPlainArray(value)) {
    fillOwn(walker, node, (key) => key === "length");
    lengthFlags(node);
  } else {
    node.data.v = Array.from({ length: value.length }, (_, index) =>
      Object.hasOwn(value, index) ? walker.encode(value[index], { from: step, text: `[${index}]` }) : ["h"],
    );
    const rest = encodeProperties(
      walker,
      value,
      step,
      (key) => key === "length" || (typeof key === "string" && /^\d+$/.test(key)),
    );
    if (rest.length > 0) node.data.p = rest;
    node.data.x = extensibility(value);
  }
  addPrivates(walker, node);
};

export function addEntry({ data }: HostNode, key: string, value: Loose): void {
  data.p = [...(data.p ?? []), key, value];
}

/** Arrays with far more places than elements are written property by property. */
const MAX_PLAIN_LENGTH = 50_000_000;

function isPlainArray(value: unknown[]): boolean {
  if (Object.getOwnPropertyDescriptor(value, "length")?.writable === false && !Object.isFrozen(value)) return false;
  const keys = Object.keys(value).length;
  if (keys * 8 < value.length - 64) return false;
  if (!Object.isExtensible(value)) return Object.isFrozen(value) || everyPlain(value);
  return everyPlain(value);
}

function everyPlain(value: unknown[]): boolean {
  for (let index = 0; index < value.length; index++) {
    const descriptor = Object.getOwnPropertyDescriptor(value, index);
    if (descriptor && (descriptor.get || descriptor.set || !descriptor.enumerable)) return false;
    if (descriptor && !(descriptor.writable && descriptor.configurable) && Object.isExtensible(value)) return false;
  }
  return true;
}

function lengthFlags(node: HostNode): void {
  const writable = Object.getOwnPropertyDescriptor(node.value, "length")?.writable;
  if (!writable) addEntry(node, "length", ["d", 0, node.value.length]);
}

const fillMap: Fill = (walker, node) => {
  const { step } = node;
  node.data.v = [];
  for (const [key, value] of Map.prototype.entries.call(node.value)) {
    const label = typeof key === "string" ? JSON.stringify(key) : "…";
    node.data.v.push(
      walker.encode(key, { from: step, text: ".keys()" }),
      walker.encode(value, { from: step, text: `.get(${label})` }),
    );
  }
  fillRest(Map.prototype)(walker, node);
};

const fillSet: Fill = (walker, node) => {
  const values = [...Set.prototype.values.call(node.value)];
  node.data.v = values.map((value) => walker.encode(value, { from: node.step, text: ".values()" }));
  fillRest(Set.prototype)(walker, node);
};

const { getPrototypeOf } = Object;

/** Whether an object has the hidden state of these has been asked before its prototypes are looked at. */
const ORDINARY_PROTOTYPES = new Set<unknown>([
  ...[Object, Array, Function, Map, Set, Date, RegExp, Promise].map((one) => one.prototype),
  ...[Number, String, Boolean, Symbol, BigInt].map((one) => one.prototype),
  ...[async () => {}, function* () {}, async function* () {}].map((one) => getPrototypeOf(one)),
  ...[function* () {}, async function* () {}].map((one) => getPrototypeOf(one.prototype)),
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    (one) => one.prototype,
  ),
  getPrototypeOf(getPrototypeOf([][Symbol.iterator]())),
]);

/** Those of other contexts are known by the same names. */
function isOrdinary(proto: object): boolean {
  if (ORDINARY_PROTOTYPES.has(proto)) return true;
  const path = builtinOf(proto);
  if (!path) return false;
  ordinaryPaths ??= new Set([...ORDINARY_PROTOTYPES].map((one) => JSON.stringify(builtinOf(one as object))));
  return ordinaryPaths.has(JSON.stringify(path));
}

let ordinaryPaths: ReadonlySet<string> | undefined;

/** Instances of the engine's and Node's own classes have state that shows nowhere; some are to be had by a global name. */
function meetNative(walker: Walker, value: object, step: Step): HostNode {
  const builtin = lazyBuiltinOf(value);
  if (builtin) return walker.addNode(value, step, { k: "g", ...builtin });
  return walker.refuse(step, nativeInstanceRefusal(nativeClassOf(walker, value) || "a class of Node.js"));
}

function isNativeInstance(walker: Walker, value: object): boolean {
  return nativeClassOf(walker, value) !== undefined;
}

/** Name of the built-in class along the prototype chain whose instances cannot be copied. */
function nativeClassOf(walker: Walker, value: object): string | undefined {
  for (let proto = Object.getPrototypeOf(value); proto; proto = Object.getPrototypeOf(proto)) {
    if (types.isProxy(proto) || isOrdinary(proto)) return undefined;
    // No class has a function as the prototype of its instances.
    if (typeof proto === "function") continue;
    const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    const isNative = builtinOf(proto) !== undefined || (maker?.prototype === proto && walker.isInternal(maker));
    if (isNative) return String(maker?.name ?? "");
  }
  return undefined;
}
