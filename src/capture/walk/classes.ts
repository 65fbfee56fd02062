import { types } from "node:util";
import { functionText } from "../inspect/function-text.js";
import { lookAtFunction, lookAtPrivates } from "../inspect/look.js";
import type { ClassElement, ClassParts } from "../source/class-parts.js";
import { classStartAt } from "../source/class-place.js";
import type { SyntaxNode } from "../source/estree.js";
import { sourceOfFunction } from "../source/function-source.js";
import { offsetOf } from "../source/script.js";
import type { Callable, Loose } from "../types.js";
import { addReferences } from "./bindings.js";
import { naturalLength, refuseForms } from "./functions.js";
import type { ClassInfo, FunctionInfo, HostNode, Step } from "./graph.js";
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

const tampered = { reason: "its prototype belongs to another class", cure: "Give each class a prototype of its own." };

function addHeritage(walker: Walker, node: HostNode, parts: ClassParts): void {
  const info = node.fn?.classInfo as ClassInfo;
  const parent = Object.getPrototypeOf(node.value);
  const prototype = walker.known(node.value.prototype) as HostNode;
  const above = Object.getPrototypeOf(node.value.prototype);
  if (!parts.heritage) {
    if (parent !== Function.prototype) node.data.late = walker.encode(parent, stepTo(node.step, "__proto__"));
    if (above !== Object.prototype) prototype.data.late = walker.encode(above, stepTo(prototype.step, "__proto__"));
    return;
  }
  const extendsNull = above === null && parent === Function.prototype;
  info.heritage = extendsNull ? null : walker.encode(parent, { from: node.step, text: " extends" });
  node.data.heritage = info.heritage;
  if (extendsNull) return;
  node.needs.push(info.heritage);
  const target = walker.encode(above, stepTo(prototype.step, "__proto__"));
  if (!comesWith(target, info.heritage)) prototype.data.late = target;
  if (info.heritage.data.k === "bound") walker.refuse({ from: node.step, text: " extends" }, boundHeritage);
}

const boundHeritage = { reason: "the class extends a bound function", cure: "Let it extend the function itself." };

/** Whether a prototype is there as soon as what is extended is there, and was not put in its place later. */
function comesWith(prototype: Loose, heritage: HostNode): boolean {
  if (prototype === null) return false;
  const { k, f } = prototype.data;
  return (k === "pro" && f === heritage) || ((k === "g" || k === "pkg") && k === heritage.data.k);
}

/** Keys of fields are evaluated once, when the class is made; those that the text alone tells can be had again. */
function addKeysOfFields(walker: Walker, node: HostNode, parts: ClassParts): void {
  for (const field of parts.computedFields) {
    const key = keyFromText(field.key);
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

function keyFromText(key: SyntaxNode): unknown {
  if (key.type === "Literal") return key.value;
  const isSymbol = key.type === "MemberExpression" && !key.computed && key.object.name === "Symbol";
  const symbol = isSymbol ? (Symbol as Loose)[key.property.name] : undefined;
  return typeof symbol === "symbol" ? symbol : undefined;
}

interface Claimed {
  own: Map<PropertyKey, Loose>;
  prototype: Map<PropertyKey, Loose>;
}

/** Finds, for each method of the text, the function that it became; what was deleted or replaced is not found. */
function claimMethods(walker: Walker, node: HostNode, parts: ClassParts): Claimed {
  const claimed: Claimed = { own: new Map(), prototype: new Map() };
  const text = node.fn?.source.text ?? "";
  for (const element of parts.methods) {
    const holder = element.isStatic ? node.value : node.value.prototype;
    const slots = element.isStatic ? claimed.own : claimed.prototype;
    const key = element.key ?? findKey(holder, element, text, slots);
    if (key === undefined) {
      walker.refuse(
        { from: node.step, text: " (computed method)" },
        {
          reason: "a method with a computed key was removed or replaced, so its key cannot be read",
          cure: "Give the method a fixed name.",
        },
      );
    }
    const fn = functionAt(holder, key, element, text);
    const slot = slots.get(key) ?? {};
    slot[element.slot] = fn ?? GONE;
    slots.set(key, slot);
    if (element.node.computed) node.fn?.classInfo?.keys.set(element.node.key.start, walker.encode(key, node.step));
    if (fn) claim(walker, node, element, key, fn);
  }
  for (const key of node.fn?.classInfo?.keys.values() ?? [])
    if (typeof key === "object" && !Array.isArray(key)) node.needs.push(key);
  return claimed;
}

const GONE = Symbol("gone");

function claim(walker: Walker, node: HostNode, element: ClassElement, key: PropertyKey, fn: Callable): void {
  const encodedKey = encodeKey(walker, key, node.step);
  walker.claims.set(fn, { owner: node, isStatic: element.isStatic, key: encodedKey, slot: element.slot });
  const natural = Object.hasOwn(fn, "prototype") ? 3 : 2;
  if (Reflect.ownKeys(fn).length !== natural || !Object.isExtensible(fn)) walker.encode(fn, stepTo(node.step, key));
}

function functionAt(
  holder: object,
  key: PropertyKey,
  { slot, node }: ClassElement,
  text: string,
): Callable | undefined {
  const fn = (Object.getOwnPropertyDescriptor(holder, key) as Loose)?.[slot];
  if (typeof fn !== "function" || types.isProxy(fn)) return undefined;
  const written = functionText(fn);
  const whole = text.slice(node.start, node.end);
  return whole.endsWith(written) && NO_MORE_THAN_STATIC.test(whole.slice(0, -written.length)) ? fn : undefined;
}

/** What stands before the text that a function gives of itself; minified code has no blank after the word. */
const NO_MORE_THAN_STATIC = /^(?:static)?(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*$/;

function findKey(
  holder: object,
  element: ClassElement,
  text: string,
  taken: Map<PropertyKey, Loose>,
): PropertyKey | undefined {
  return Reflect.ownKeys(holder).find(
    (key) => !taken.get(key)?.[element.slot] && functionAt(holder, key, element, text),
  );
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
  if (entry === owner) for (const key of ["name", "length"]) if (!Object.hasOwn(value, key)) dropped.push(key);
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
  if (key === "name") return own.value === naturalNameOf(info) && flagsOf(own) === 4;
  const params = parts.constructorMethod?.value.params ?? [];
  return key === "length" && own.value === naturalLength(params) && flagsOf(own) === 4;
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

/** The class whose text holds a method that is met on its own, such as the original of a decorated one. */
export function claimByPlace(walker: Walker, node: HostNode): boolean {
  const at = lookAtFunction(node.value).location;
  for (const owner of walker.nodes) {
    const info = owner.fn;
    if (!at || !info?.source.parts || info.look.location?.scriptId !== at.scriptId) continue;
    const start = classStartAt(info.look.location);
    const element = info.source.parts.methods.find(({ node }) => offsetOf(at) === Number(start) + node.value.start);
    if (!element || walker.nodes.some((other) => other !== owner && other.fn?.source === info.source)) continue;
    const key = element.key;
    if (key === undefined) continue;
    walker.claims.set(node.value, { owner, isStatic: element.isStatic, key, slot: element.slot });
    return true;
  }
  return false;
}

export function sourceOf(fn: Callable): ReturnType<typeof sourceOfFunction> {
  return sourceOfFunction(fn, lookAtFunction(fn).location);
}

export type { Step };
