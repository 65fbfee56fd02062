import { types } from "node:util";
import { lazyBuiltinOf } from "../identity/builtins.js";
import type { Loose } from "../types.js";
import { argumentsData, fillArguments } from "./arguments.js";
import { fillArray } from "./arrays.js";
import { meetBuffer, meetView } from "./binary.js";
import { refuseDisguised } from "./disguised.js";
import { keysBesideElements } from "./elements.js";
import { enter, type Fill, fillOwn, fillPrototype, fillRest } from "./enter.js";
import { getterOf } from "./getter.js";
import type { HostNode, Step } from "./graph.js";
import { madeByConstructor } from "./made.js";
import { isCommonJsModule, refuseModule } from "./modules.js";
import { meetProxy } from "./proxies.js";
import { nativeInstanceRefusal } from "./refuse.js";
import { isTask } from "./tasks.js";
import type { Walker } from "./walker.js";

/** Enters an object that travels by value: decides its kind, and leaves a task that walks what it holds. */
export function meetObject(walker: Walker, value: Loose, step: Step): HostNode {
  if (types.isProxy(value)) return meetProxy(walker, value, step);
  if (isTask(value))
    return enter(
      walker,
      value,
      step,
      { k: "task" },
      fillRest(Object.prototype, (_value, key) => key === "run"),
    );
  const made = madeByConstructor(walker, value, step);
  if (made) return made;
  const kind = exoticKind(walker, value, step);
  if (kind) return enter(walker, value, step, kind.data, kind.fill);
  if (ArrayBuffer.isView(value)) return meetView(walker, value, step);
  if (types.isArrayBuffer(value)) return meetBuffer(walker, value, step);
  if (isCommonJsModule(value)) return enter(walker, value, step, { k: "obj" }, refuseModule);
  const { native } = walker.chains.of(value);
  if (native !== undefined) return meetNative(walker, value, step, native);
  return enter(walker, value, step, { k: "obj" }, fillPlain);
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
    return {
      data: regExpData(walker, value, step),
      fill: fillRest(RegExp.prototype, isFreeLastIndex),
    };
  if (types.isNativeError(value)) return { data: { k: "err" }, fill: fillRest(Error.prototype) };
  if (types.isBoxedPrimitive(value))
    return { data: { k: "box", v: walker.encode(unbox(value), step) }, fill: fillBoxed };
  if (types.isArgumentsObject(value)) return { data: argumentsData(value), fill: fillArguments };
  return undefined;
}

/** As the letters stand in a regular expression's `flags`, which asks members that a subclass may have made its own. */
const FLAGS = Object.entries({
  d: "hasIndices",
  g: "global",
  i: "ignoreCase",
  m: "multiline",
  s: "dotAll",
  u: "unicode",
  v: "unicodeSets",
  y: "sticky",
}).map(([letter, key]) => ({ letter, isSet: getterOf(RegExp.prototype, key) }));

const sourceOf = getterOf(RegExp.prototype, "source");

function regExpData(walker: Walker, value: RegExp, step: Step): Loose {
  const flags = FLAGS.map(({ letter, isSet }) => (isSet(value) ? letter : "")).join("");
  const last = isFreeLastIndex(value, "lastIndex") ? { last: walker.encode(value.lastIndex, step) } : {};
  return { k: "re", s: sourceOf(value), f: flags, ...last };
}

function isFreeLastIndex(value: RegExp, key: PropertyKey): boolean {
  return key === "lastIndex" && Object.getOwnPropertyDescriptor(value, key)?.writable === true;
}

function unbox(value: Loose): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : Symbol.prototype.valueOf.call(value);
}

const fillPlain: Fill = (walker, node) => {
  refuseDisguised(walker, node);
  fillRest(Object.prototype)(walker, node);
};

const fillBoxed: Fill = (walker, node) => {
  const { value } = node;
  fillPrototype(walker, node, Object.getPrototypeOf(Object(unbox(value))));
  if (!types.isStringObject(value)) return fillOwn(walker, node);
  const { length } = String.prototype.valueOf.call(value);
  fillOwn(
    walker,
    node,
    keysBesideElements(value, length).filter((key) => key !== "length"),
  );
};

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

/** Instances of the engine's and Node's own classes have state that shows nowhere; some are to be had by a global name. */
function meetNative(walker: Walker, value: object, step: Step, name: string): HostNode {
  const builtin = lazyBuiltinOf(value);
  if (builtin) return walker.addNode(value, step, { k: "g", ...builtin });
  return walker.refuse(step, nativeInstanceRefusal(value, name || "a class of Node.js"));
}
