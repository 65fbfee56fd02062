import type { WalkContext } from "../../graph/context.js";
import { naturalNameOf } from "../../graph/natural-name.js";
import type { ClassInfo, CodeNode, FunctionInfo, HostNode } from "../../graph/node.js";
import { isNode } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import { lookAtPrivates } from "../../inspect/privates.js";
import { isObject } from "../../is-object.js";
import { ownProperty } from "../../own-property.js";
import type { ClassEntry, Key, PrivateValues, Properties } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import type { ClassParts } from "../../source/class-parts.js";
import type { Callable } from "../../types.js";
import { addReferences } from "../functions/bindings.js";
import { naturalLength } from "../functions/function-properties.js";
import { refuseForms } from "../functions/unsupported-syntax.js";
import { refusePatched } from "../packages/patched-prototypes.js";
import { encodeKey, encodeProperty, extensibility, flagsOf } from "../values/properties.js";
import { addKeysOfFields } from "./field-keys.js";
import type { Slots } from "./find-methods.js";
import { claimMethods } from "./find-methods.js";

/** A class, with what is written of it. */
export type ClassHost = HostNode<Callable, ClassEntry<HostNode>>;

export function meetClass(node: CodeNode): void {
  const info = node.fn as FunctionInfo;
  info.classInfo = {
    heritage: undefined,
    keys: new Map(),
    staticPrivates: [],
    stamped: false,
    handedOut: new Set(),
    inner: [],
  };
}

/** Captures a class: what its code uses, what it extends, and every property that differs from what its text makes. */
export function fillClass(walker: WalkContext, node: ClassHost): void {
  const info = node.fn as FunctionInfo & { classInfo: ClassInfo };
  const parts = info.source.parts as ClassParts;
  refuseForms(walker, node.step, info);
  refusePatched(walker, node.step, info);
  addReferences(walker, node);
  addHeritage(walker, node, parts);
  addKeysOfFields(walker, node, parts);
  const claimed = claimMethods(walker, node, parts);
  diff(walker, node, node, claimed.own, (key, own) => isNaturalOfClass(info, parts, key, own));
  const prototype = walker.known(node.value.prototype);
  if (prototype?.entry.kind !== "prototype") walker.refuse(node.step, tampered);
  prototype.whole = true;
  diff(
    walker,
    prototype,
    node,
    claimed.prototype,
    (key, own) => key === "constructor" && own.value === node.value && flagsOf(own) === 5,
  );
  addStaticPrivates(walker, node, parts);
}

const tampered = {
  reason: "its prototype is no longer the one that names it as its constructor",
  hint: "Leave the prototype's constructor as it is.",
};

/**
 * Whether a class extends something is a matter of its text; what it extends can be changed. Where the class cannot be
 * made with that, it is made as one that extends null, and gets its prototypes later.
 */
function addHeritage(walker: WalkContext, node: ClassHost, parts: ClassParts): void {
  const info = node.fn?.classInfo as ClassInfo;
  const prototype = walker.known(node.value.prototype) as HostNode;
  const parent = Object.getPrototypeOf(node.value);
  const above = Object.getPrototypeOf(node.value.prototype);
  const step = { from: node.step, text: " extends" };
  const extended = parts.heritage && parent !== Function.prototype ? walker.encode(parent as unknown, step) : null;
  const base = isNode(extended) && isExtensible(extended) ? extended : undefined;
  if (parts.heritage) {
    info.heritage = base ?? null;
    node.entry.heritage = info.heritage;
  }
  if (base) node.needs.push(base);
  else if (parent !== Function.prototype)
    node.entry.latePrototype = walker.encode(parent as unknown, stepTo(node.step, "__proto__"));
  if (base && above !== null && comesWith(walker.encode(above as object, stepTo(prototype.step, "__proto__")), base))
    return;
  const natural = !parts.heritage ? Object.prototype : base ? undefined : null;
  if (above !== natural)
    prototype.entry.latePrototype = walker.encode(above as unknown, stepTo(prototype.step, "__proto__"));
}

/** Whether a class can be made that extends it, before what it holds is filled in. */
function isExtensible({ entry: { kind }, fn, value }: HostNode): boolean {
  if (kind === "class" || kind === "reference" || kind === "package") return true;
  if (kind === "builtin") return isObject(value) && isPrototype(ownProperty(value, "prototype")?.value);
  const { node, element } = fn?.source.parsed ?? {};
  return kind === "function" && node?.type === "FunctionExpression" && !element && !node.async && !node.generator;
}

function isPrototype(value: unknown): boolean {
  return typeof value === "object" || (typeof value === "function" && value === Function.prototype);
}

/** Whether a prototype is there as soon as what is extended is there, and was not put in its place later. */
function comesWith(prototype: HostNode, heritage: HostNode): boolean {
  const { entry } = prototype;
  if (entry.kind === "prototype") return entry.function === heritage;
  return (entry.kind === "builtin" || entry.kind === "package") && entry.kind === heritage.entry.kind;
}

/** Writes the properties of a class or its prototype that its text does not make, or makes otherwise. */
function diff(
  walker: WalkContext,
  target: HostNode,
  owner: HostNode,
  made: ReadonlyMap<PropertyKey, Slots>,
  isNatural: (key: PropertyKey, own: PropertyDescriptor) => boolean,
): void {
  const { step, entry } = target;
  const value = target.value as object;
  const properties: Properties<HostNode> = [];
  const dropped: Key<HostNode>[] = [];
  for (const key of made.keys()) if (!Object.hasOwn(value, key)) dropped.push(encodeKey(walker, key, step));
  for (const key of Reflect.ownKeys(value)) {
    const own = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (isMade(made.get(key), own) || isNatural(key, own)) continue;
    addProperty(properties, encodeKey(walker, key, step), encodeProperty(walker, own, stepTo(step, key)));
  }
  for (const key of target === owner ? ["name", "length"] : ["constructor"])
    if (!Object.hasOwn(value, key)) dropped.push(key);
  if (dropped.length > 0) entry.dropped = dropped;
  if (properties.length > 0) entry.properties = properties;
  entry.extensibility = extensibility(value);
}

function isMade(slots: Slots | undefined, own: PropertyDescriptor): boolean {
  if (!slots) return false;
  if (own.get || own.set) return slots.get === own.get && slots.set === own.set && flagsOf(own) === 4;
  return slots.value === own.value && flagsOf(own) === 5;
}

function isNaturalOfClass(info: FunctionInfo, parts: ClassParts, key: PropertyKey, own: PropertyDescriptor): boolean {
  if (key === "prototype") return true;
  if (!Object.hasOwn(own, "value") || flagsOf(own) !== 4) return false;
  if (key === "name") return own.value === naturalNameOf(info);
  const params = parts.constructorMethod?.value.params ?? [];
  return key === "length" && own.value === naturalLength(params);
}

function addStaticPrivates(walker: WalkContext, node: ClassHost, parts: ClassParts): void {
  if (parts.staticPrivateFields.length === 0) return;
  const names = new Set(parts.staticPrivateFields);
  const values: PrivateValues<HostNode>["values"] = [];
  for (const { name, value } of lookAtPrivates(node.value).elements) {
    const bare = name.slice(1);
    if (names.has(bare)) values.push([bare, walker.encode(value, { from: node.step, text: `.${name}` })]);
  }
  (node.fn?.classInfo as ClassInfo).staticPrivates = values;
  if (values.length > 0) node.entry.privates = [...(node.entry.privates ?? []), { class: node, values }];
}
