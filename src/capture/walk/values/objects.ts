import { EventEmitter } from "node:events";
import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import { isNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { stepTo } from "../../graph/path.js";
import { lazyBuiltinOf } from "../../identity/builtins.js";
import type { MapEntry, ObjectEntry, RegExpEntry, SetEntry, WrapperEntry } from "../../payload/entry.js";
import { isCommonJsModule, refuseModule } from "../packages/module-object.js";
import { meetAborted } from "./aborted-signals.js";
import { enter, type Fill, fillOwn, fillPrototype, fillRest } from "./add-object.js";
import { argumentsEntry, fillArguments } from "./arguments.js";
import { fillArray } from "./arrays.js";
import { meetBuffer, meetView } from "./binary.js";
import { isTask } from "./console-task.js";
import { keysBesideElements } from "./elements.js";
import { getterOf } from "./getter.js";
import { refuseDisguised } from "./hidden-slots.js";
import { meetNamed } from "./named-by-node.js";
import { meetProxy } from "./proxies.js";
import { madeByConstructor } from "./rebuilt-by-constructor.js";
import { nativeInstanceRefusal } from "./refusals.js";
import { meetWeak } from "./weak-collections.js";

/** Enters an object that travels by value: decides its kind, and leaves a task that walks what it holds. */
export function meetObject(walker: WalkContext, value: object, step: Step): HostNode {
  if (types.isProxy(value)) return meetProxy(walker, value, step);
  if (isTask(value))
    return enter(
      walker,
      value,
      step,
      { kind: "task" },
      fillRest(Object.prototype, (_value, key) => key === "run"),
    );
  return (
    madeByConstructor(walker, value, step) ??
    meetAborted(walker, value, step) ??
    meetWeak(walker, value, step) ??
    meetCollection(walker, value, step) ??
    meetBuiltin(walker, value, step) ??
    meetPlain(walker, value, step)
  );
}

function meetPlain(walker: WalkContext, value: object, step: Step): HostNode {
  if (ArrayBuffer.isView(value)) return meetView(walker, value, step);
  if (types.isArrayBuffer(value)) return meetBuffer(walker, value, step);
  if (isCommonJsModule(value)) return enter(walker, value, step, { kind: "object" }, refuseModule);
  const { native } = walker.chainOf(value);
  if (native !== undefined) return meetNative(walker, value, step, native);
  return meetModule(walker, value, step) ?? enter(walker, value, step, { kind: "object" }, fillPlain);
}

/** A built-in module of Node's may be an emitter, which by itself would travel by value. */
function meetModule(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  const builtin = Object.getPrototypeOf(value) === EventEmitter.prototype ? lazyBuiltinOf(value) : undefined;
  return builtin && walker.addNode(value, step, { kind: "builtin", ...builtin });
}

function meetCollection(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  if (Array.isArray(value)) return enter(walker, value, step, { kind: "array", length: value.length }, fillArray);
  if (types.isMap(value)) return enter(walker, value, step, { kind: "map", entries: [] }, fillMap);
  if (types.isSet(value)) return enter(walker, value, step, { kind: "set", values: [] }, fillSet);
  return types.isArgumentsObject(value)
    ? enter(walker, value as IArguments, step, argumentsEntry(value), fillArguments)
    : undefined;
}

/** Instances of classes of the language that show what they were made of. */
function meetBuiltin(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  if (types.isDate(value)) {
    const time = walker.encode(Date.prototype.getTime.call(value) as unknown, step);
    return enter(walker, value, step, { kind: "date", time }, fillRest(Date.prototype));
  }
  if (types.isRegExp(value))
    return enter(walker, value, step, regExpEntry(walker, value, step), fillRest(RegExp.prototype, isFreeLastIndex));
  if (types.isNativeError(value)) return enter(walker, value, step, { kind: "error" }, fillRest(Error.prototype));
  if (!types.isBoxedPrimitive(value)) return undefined;
  return enter(walker, value, step, { kind: "wrapper", value: walker.encode(unbox(value), step) }, fillBoxed);
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
}).map(([letter, key]) => ({ letter, isSet: getterOf<boolean>(RegExp.prototype, key) }));

const sourceOf = getterOf<string>(RegExp.prototype, "source");

function regExpEntry(walker: WalkContext, value: RegExp, step: Step): RegExpEntry<HostNode> {
  const flags = FLAGS.map(({ letter, isSet }) => (isSet(value) ? letter : "")).join("");
  const last = isFreeLastIndex(value, "lastIndex")
    ? { lastIndex: walker.encode(value.lastIndex as unknown, step) }
    : {};
  return { kind: "regexp", source: sourceOf(value), flags, ...last };
}

function isFreeLastIndex(value: RegExp, key: PropertyKey): boolean {
  return key === "lastIndex" && Object.getOwnPropertyDescriptor(value, key)?.writable === true;
}

function unbox(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : Symbol.prototype.valueOf.call(value);
}

/** An object is made with its prototype, which must be there before it. */
const fillPlain: Fill<object, ObjectEntry<HostNode>> = (walker, node) => {
  refuseDisguised(walker, node);
  const { value, step, entry } = node;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype) {
    entry.prototype = walker.encode(proto, stepTo(step, "__proto__"));
    if (isNode(entry.prototype)) node.needs.push(entry.prototype);
  }
  fillOwn(walker, node);
};

const fillBoxed: Fill<object, WrapperEntry<HostNode>> = (walker, node) => {
  const { value } = node;
  fillPrototype(walker, node, Object.getPrototypeOf(Object(unbox(value))) as object);
  if (!types.isStringObject(value)) return fillOwn(walker, node);
  const { length } = String.prototype.valueOf.call(value);
  fillOwn(
    walker,
    node,
    keysBesideElements(value, length).filter((key) => key !== "length"),
  );
};

const fillMap: Fill<Map<unknown, unknown>, MapEntry<HostNode>> = (walker, node) => {
  const { step, entry } = node;
  for (const [key, value] of Map.prototype.entries.call(node.value) as MapIterator<[unknown, unknown]>) {
    const label = typeof key === "string" ? JSON.stringify(key) : "…";
    entry.entries.push(
      walker.encode(key, { from: step, text: ".keys()" }),
      walker.encode(value, { from: step, text: `.get(${label})` }),
    );
  }
  fillRest(Map.prototype)(walker, node);
};

const fillSet: Fill<Set<unknown>, SetEntry<HostNode>> = (walker, node) => {
  const values = [...(Set.prototype.values.call(node.value) as SetIterator<unknown>)];
  node.entry.values = values.map((value) => walker.encode(value, { from: node.step, text: ".values()" }));
  fillRest(Set.prototype)(walker, node);
};

/** Instances of the engine's and Node's own classes have state that shows nowhere; some are to be had by a global name. */
function meetNative(walker: WalkContext, value: object, step: Step, name: string): HostNode {
  const builtin = lazyBuiltinOf(value);
  if (builtin) return walker.addNode(value, step, { kind: "builtin", ...builtin });
  const named = meetNamed(walker, value, step);
  if (named) return named;
  // Code may read nothing but fields that the program gave it.
  const refuse = () => walker.refuse(step, nativeInstanceRefusal(value, name || "a class of Node.js"));
  return enter(walker, value, step, { kind: "object" }, refuse);
}
