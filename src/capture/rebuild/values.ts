import {
  CONFIGURABLE,
  type Element,
  ENUMERABLE,
  type Encoded,
  type HeapReference,
  type Key,
  type Properties,
  type PropertyValue,
  WRITABLE,
} from "../payload/entry.js";
import { eachProperty, flagged } from "../payload/properties.js";

/** The objects of one instantiation, by their places in the payload's heap. */
export type Heap = unknown[];

/** An encoded value, as the payload has it. */
export type Value = Encoded<HeapReference>;

export function isReference(encoded: PropertyValue<HeapReference> | Element<HeapReference>): encoded is HeapReference {
  return Array.isArray(encoded) && typeof encoded[0] === "number";
}

/** The value of anything but a reference. */
export function constantOf(encoded: Value): unknown {
  if (!Array.isArray(encoded)) return encoded;
  const [tag, text] = encoded as readonly [string, string?];
  if (tag === "number") return Number(text);
  return tag === "bigint" ? BigInt(text as string) : undefined;
}

export function valueIn(heap: Heap, encoded: Value): unknown {
  return isReference(encoded) ? heap[encoded[0]] : constantOf(encoded);
}

/** An object that the payload refers to. */
export function objectIn<T extends object>(heap: Heap, [id]: HeapReference): T {
  return heap[id] as T;
}

export function keyIn(heap: Heap, key: Key<HeapReference>): PropertyKey {
  return valueIn(heap, key) as PropertyKey;
}

/** Defines properties on an object, in order. */
export function defineAll(heap: Heap, target: object, properties: Properties<HeapReference>): void {
  eachProperty(properties, (key, value) => {
    Object.defineProperty(target, keyIn(heap, key), descriptorOf(heap, value));
  });
}

function descriptorOf(heap: Heap, encoded: PropertyValue<HeapReference>): PropertyDescriptor {
  const own = flagged(encoded);
  if (!own) return { value: valueIn(heap, encoded as Value), writable: true, enumerable: true, configurable: true };
  const [tag, bits] = own;
  if (tag === "data") return { value: valueIn(heap, own[2]), writable: has(bits, WRITABLE), ...flags(bits) };
  const get = valueIn(heap, own[2]) as PropertyDescriptor["get"];
  const set = valueIn(heap, own[3]) as PropertyDescriptor["set"];
  return { ...flags(bits), get, set } as PropertyDescriptor;
}

function has(bits: number, flag: number): boolean {
  return (bits & flag) !== 0;
}

function flags(bits: number): { enumerable: boolean; configurable: boolean } {
  return { enumerable: has(bits, ENUMERABLE), configurable: has(bits, CONFIGURABLE) };
}
