import { CONFIGURABLE, ENUMERABLE, PLAIN, WRITABLE } from "../payload.js";
import type { Loose } from "../types.js";
import type { HostNode, Step } from "./graph.js";
import type { Walker } from "./walker.js";

/** Own properties of an object as the payload writes them: `[key, value, key, value, …]`. */
export function encodeProperties(
  walker: Walker,
  value: Loose,
  step: Step,
  skip: (key: PropertyKey) => boolean,
): Loose[] {
  const entries: Loose[] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (skip(key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  return entries;
}

export function encodeKey(walker: Walker, key: PropertyKey, step: Step): Loose {
  return typeof key === "symbol" ? walker.encode(key, step) : String(key);
}

export function encodeProperty(walker: Walker, descriptor: PropertyDescriptor, step: Step): Loose {
  const bits = flagsOf(descriptor);
  if (descriptor.get || descriptor.set) {
    return ["a", bits, walker.encode(descriptor.get, step), walker.encode(descriptor.set, step)];
  }
  const value = walker.encode(descriptor.value, step);
  return bits === PLAIN ? value : ["d", bits, value];
}

export function flagsOf({ writable, enumerable, configurable }: PropertyDescriptor): number {
  return (writable ? WRITABLE : 0) | (enumerable ? ENUMERABLE : 0) | (configurable ? CONFIGURABLE : 0);
}

export function stepTo(from: Step, key: PropertyKey): Step {
  if (typeof key === "symbol") return { from, text: `[${String(key)}]` };
  const name = String(key);
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return { from, text: `.${name}` };
  return { from, text: /^\d+$/.test(name) ? `[${name}]` : `[${JSON.stringify(name)}]` };
}

/** What may be done to an object: 0 anything, 1 not extended, 2 sealed, 3 frozen. */
export function extensibility(value: object): number | undefined {
  if (Object.isExtensible(value)) return undefined;
  if (Object.isFrozen(value)) return 3;
  return Object.isSealed(value) ? 2 : 1;
}

/** Writes the properties and extensibility of an object into its heap entry. */
export function fillOwn(walker: Walker, node: HostNode, skip: (key: PropertyKey) => boolean): void {
  const entries = encodeProperties(walker, node.value, node.step, skip);
  if (entries.length > 0) node.data.p = entries;
  node.data.x = extensibility(node.value);
}
