import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { stepTo } from "../../graph/path.js";
import type { Extensibility, Key, Properties, PropertyValue } from "../../payload/entry.js";
import { CONFIGURABLE, ENUMERABLE, PLAIN, WRITABLE } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import { stackOf } from "./error-stack.js";

/** Properties of an object, those of some keys. */
export function encodeProperties(
  walker: WalkContext,
  value: object,
  step: Step,
  keys: readonly PropertyKey[],
): Properties<HostNode> {
  const entries: Properties<HostNode> = [];
  const descriptors = keys.map((key) => (key === "stack" ? undefined : Object.getOwnPropertyDescriptor(value, key)));
  lookAheadAt(walker, descriptors);
  for (const [index, key] of keys.entries()) {
    const at = stepTo(step, key);
    const own = key === "stack" ? stackOf(walker, value, at) : descriptors[index];
    addProperty(entries, encodeKey(walker, key, step), encodeProperty(walker, own as PropertyDescriptor, at));
  }
  return entries;
}

/** The functions among properties are about to be looked at. */
export function lookAheadAt({ session }: WalkContext, descriptors: readonly (PropertyDescriptor | undefined)[]): void {
  const fns: unknown[] = [];
  for (const own of descriptors) {
    if (!own) continue;
    if (!Object.hasOwn(own, "value")) fns.push(own.get, own.set);
    else if (typeof own.value === "function") fns.push(own.value);
  }
  if (fns.length > 1) session.lookAhead(fns);
}

export function encodeKey(walker: WalkContext, key: PropertyKey, step: Step): Key<HostNode> {
  return typeof key === "symbol" ? (walker.encode(key, step) as HostNode) : String(key);
}

/** A descriptor inherits what a program puts on `Object.prototype`, such as `get`: only its own fields count. */
export function encodeProperty(
  walker: WalkContext,
  descriptor: PropertyDescriptor,
  step: Step,
): PropertyValue<HostNode> {
  const bits = flagsOf(descriptor);
  if (!Object.hasOwn(descriptor, "value")) {
    const { get, set }: { get?: unknown; set?: unknown } = descriptor;
    return ["accessor", bits, walker.encode(get, step), walker.encode(set, step)];
  }
  const value = walker.encode(descriptor.value as unknown, step);
  return bits === PLAIN ? value : ["data", bits, value];
}

export function flagsOf(own: PropertyDescriptor): number {
  const isWritable = own.writable && Object.hasOwn(own, "writable");
  return (isWritable ? WRITABLE : 0) | (own.enumerable ? ENUMERABLE : 0) | (own.configurable ? CONFIGURABLE : 0);
}

/** What may not be done to an object; undefined where anything may. */
export function extensibility(value: object): Extensibility | undefined {
  if (Object.isExtensible(value)) return undefined;
  // The engine calls some views sealed whose elements it refuses to seal.
  if (ArrayBuffer.isView(value)) return "notExtensible";
  // Nothing can be assigned to a module's namespace, though it says of its members that they are writable.
  if (types.isModuleNamespaceObject(value) || (Object.isFrozen(value) && !isSealedList(value))) return "frozen";
  return Object.isSealed(value) ? "sealed" : "notExtensible";
}

/** The engine calls sealed arrays without elements frozen, whose length may still be written. */
function isSealedList(value: object): boolean {
  return Array.isArray(value) && Object.getOwnPropertyDescriptor(value, "length")?.writable === true;
}
