import { lookAtPrivates } from "../inspect/look.js";
import type { ClassParts } from "../source/class-parts.js";
import type { SyntaxNode } from "../source/estree.js";
import type { Loose } from "../types.js";
import { addReferences, declaredAs } from "./bindings.js";
import { claimMethods } from "./claims.js";
import { refuseForms } from "./forms.js";
import { naturalLength } from "./function-properties.js";
import type { ClassInfo, FunctionInfo, HostNode } from "./graph.js";
import { naturalNameOf } from "./names.js";
import { refusePatched } from "./patched.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, stepTo } from "./properties.js";
import type { Walker } from "./walker.js";

export function meetClass(node: HostNode): void {
  const info = node.fn as FunctionInfo;
  info.classInfo = { heritage: undefined, keys: new Map(), staticPrivates: [], stamped: false, inner: [] };
}

/** Captures a class: what its code uses, what it extends, and every property that differs from what its text makes. */
export function fillClass(walker: Walker, node: HostNode): unknown {
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
  if (prototype?.data.k !== "pro") return walker.refuse(node.step, tampered);
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
  cure: "Leave the prototype's constructor as it is.",
};

/**
 * Whether a class extends something is a matter of its text; what it extends can be changed. Where the class cannot be
 * made with that, it is made as one that extends null, and gets its prototypes later.
 */
function addHeritage(walker: Walker, node: HostNode, parts: ClassParts): void {
  const info = node.fn?.classInfo as ClassInfo;
  const prototype = walker.known(node.value.prototype) as HostNode;
  const parent = Object.getPrototypeOf(node.value);
  const above = Object.getPrototypeOf(node.value.prototype);
  const step = { from: node.step, text: " extends" };
  const extended = parts.heritage && parent !== Function.prototype ? walker.encode(parent, step) : null;
  const isMadeWith = extended !== null && isExtensible(extended);
  if (parts.heritage) {
    info.heritage = isMadeWith ? extended : null;
    node.data.heritage = info.heritage;
  }
  if (isMadeWith) node.needs.push(extended);
  else if (parent !== Function.prototype) node.data.late = walker.encode(parent, stepTo(node.step, "__proto__"));
  if (isMadeWith && above !== null && comesWith(walker.encode(above, stepTo(prototype.step, "__proto__")), extended))
    return;
  const natural = !parts.heritage ? Object.prototype : isMadeWith ? undefined : null;
  if (above !== natural) prototype.data.late = walker.encode(above, stepTo(prototype.step, "__proto__"));
}

/** Whether a class can be made that extends it, before what it holds is filled in. */
function isExtensible({ data: { k }, fn, value }: HostNode): boolean {
  if (k === "cls" || k === "ref" || k === "pkg") return true;
  if (k === "g") return isPrototype(Object.getOwnPropertyDescriptor(value, "prototype")?.value);
  const { node, element } = fn?.source.parsed ?? {};
  return k === "fn" && node?.type === "FunctionExpression" && !element && !node.async && !node.generator;
}

function isPrototype(value: unknown): boolean {
  return typeof value === "object" || (typeof value === "function" && value === Function.prototype);
}

/** Whether a prototype is there as soon as what is extended is there, and was not put in its place later. */
function comesWith(prototype: HostNode, heritage: HostNode): boolean {
  const { k, f } = prototype.data;
  return (k === "pro" && f === heritage) || ((k === "g" || k === "pkg") && k === heritage.data.k);
}

/** Keys of fields are evaluated once, when the class is made; those that the text alone tells can be had again. */
function addKeysOfFields(walker: Walker, node: HostNode, parts: ClassParts): void {
  for (const field of parts.computedFields) {
    const key = keyFromText(node.fn as FunctionInfo, field.key);
    if (key === undefined) {
      walker.refuse(
        { from: node.step, text: " (computed field)" },
        {
          reason: "the key of a computed field cannot be read",
          cure: "Define the field in the constructor, or give it a fixed name.",
        },
      );
    }
    node.fn?.classInfo?.keys.set(field.key.start, walker.encode(key, node.step));
  }
}

function keyFromText(info: FunctionInfo, key: SyntaxNode): unknown {
  if (key.type === "Literal") return key.value;
  const declared = key.type === "Identifier" ? declaredAs(info, key.name) : undefined;
  if (declared?.kind === "const" && declared.init?.type === "Literal") return declared.init.value;
  const isSymbol = key.type === "MemberExpression" && !key.computed && key.object.name === "Symbol";
  const symbol = isSymbol ? (Symbol as Loose)[key.property.name] : undefined;
  return typeof symbol === "symbol" ? symbol : undefined;
}

/** Writes the properties of a class or its prototype that its text does not make, or makes otherwise. */
function diff(
  walker: Walker,
  entry: HostNode,
  owner: HostNode,
  made: Map<PropertyKey, Loose>,
  isNatural: (key: PropertyKey, own: PropertyDescriptor) => boolean,
): void {
  const { value, step, data } = entry;
  const entries: Loose[] = [];
  const dropped: Loose[] = [];
  for (const key of made.keys()) if (!Object.hasOwn(value, key)) dropped.push(encodeKey(walker, key, step));
  for (const key of Reflect.ownKeys(value)) {
    const own = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (isMade(made.get(key), own) || isNatural(key, own)) continue;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, own, stepTo(step, key)));
  }
  for (const key of entry === owner ? ["name", "length"] : ["constructor"])
    if (!Object.hasOwn(value, key)) dropped.push(key);
  if (dropped.length > 0) data.drop = dropped;
  if (entries.length > 0) data.p = entries;
  data.x = extensibility(value);
}

function isMade(slot: Loose, own: PropertyDescriptor): boolean {
  if (!slot) return false;
  if (own.get || own.set) return slot.get === own.get && slot.set === own.set && flagsOf(own) === 4;
  return slot.value === own.value && flagsOf(own) === 5;
}

function isNaturalOfClass(info: FunctionInfo, parts: ClassParts, key: PropertyKey, own: PropertyDescriptor): boolean {
  if (key === "prototype") return true;
  if (!Object.hasOwn(own, "value") || flagsOf(own) !== 4) return false;
  if (key === "name") return own.value === naturalNameOf(info);
  const params = parts.constructorMethod?.value.params ?? [];
  return key === "length" && own.value === naturalLength(params);
}

function addStaticPrivates(walker: Walker, node: HostNode, parts: ClassParts): void {
  if (parts.staticPrivateFields.length === 0) return;
  const names = new Set(parts.staticPrivateFields);
  const values: Loose[] = [];
  for (const { name, value } of lookAtPrivates(node.value).elements) {
    const bare = name.slice(1);
    if (names.has(bare)) values.push([bare, walker.encode(value, { from: node.step, text: `.${name}` })]);
  }
  (node.fn?.classInfo as ClassInfo).staticPrivates = values;
  if (values.length > 0) node.data.priv = [...(node.data.priv ?? []), [node, values]];
}
