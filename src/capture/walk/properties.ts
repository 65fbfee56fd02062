import { CONFIGURABLE, ENUMERABLE, PLAIN, WRITABLE } from "../payload.js";
import type { Loose } from "../types.js";
import type { Step } from "./graph.js";
import { stackOf } from "./stack.js";
import type { Walker } from "./walker.js";

/** Properties of an object as the payload writes them: `[key, value, key, value, …]`. */
export function encodeProperties(walker: Walker, value: Loose, step: Step, keys: readonly PropertyKey[]): Loose[] {
  const entries: Loose[] = [];
  for (const key of keys) {
    const at = stepTo(step, key);
    const own = key === "stack" ? stackOf(walker, value, at) : Object.getOwnPropertyDescriptor(value, key);
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, own as PropertyDescriptor, at));
  }
  return entries;
}

export function encodeKey(walker: Walker, key: PropertyKey, step: Step): Loose {
  return typeof key === "symbol" ? walker.encode(key, step) : String(key);
}

/** A descriptor inherits what a program puts on `Object.prototype`, such as `get`: only its own fields count. */
export function encodeProperty(walker: Walker, descriptor: PropertyDescriptor, step: Step): Loose {
  const bits = flagsOf(descriptor);
  if (!Object.hasOwn(descriptor, "value")) {
    return ["a", bits, walker.encode(descriptor.get, step), walker.encode(descriptor.set, step)];
  }
  const value = walker.encode(descriptor.value, step);
  return bits === PLAIN ? value : ["d", bits, value];
}

export function flagsOf(own: PropertyDescriptor): number {
  const isWritable = own.writable && Object.hasOwn(own, "writable");
  return (isWritable ? WRITABLE : 0) | (own.enumerable ? ENUMERABLE : 0) | (own.configurable ? CONFIGURABLE : 0);
}

export function stepTo(from: Step, key: PropertyKey): Step {
  if (typeof key === "symbol") return { from, text: `[${String(key)}]` };
  const name = String(key);
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return { from, text: `.${name}` };
  return { from, text: /^(0|[1-9]\d*)$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]` };
}

/** What may be done to an object: 0 anything, 1 not extended, 2 sealed, 3 frozen. */
export function extensibility(value: object): number | undefined {
  if (Object.isExtensible(value)) return undefined;
  // The engine calls some views sealed whose elements it refuses to seal.
  if (ArrayBuffer.isView(value)) return 1;
  if (Object.isFrozen(value) && !isSealedList(value)) return 3;
  return Object.isSealed(value) ? 2 : 1;
}

/** The engine calls sealed arrays without elements frozen, whose length may still be written. */
function isSealedList(value: object): boolean {
  return Array.isArray(value) && Object.getOwnPropertyDescriptor(value, "length")?.writable === true;
}
