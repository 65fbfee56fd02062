import { CONFIGURABLE, ENUMERABLE, WRITABLE } from "../payload.js";
import type { Loose } from "../types.js";

/** The objects of one instantiation, by heap id. */
export type Heap = Loose[];

/** Gives the value of an encoded value within a heap. */
export type Resolve = (heap: Heap) => unknown;

export function isReference(encoded: Loose): encoded is readonly [number] {
  return Array.isArray(encoded) && typeof encoded[0] === "number";
}

/** The value of anything but a reference. */
export function constantOf(encoded: Loose): unknown {
  if (!Array.isArray(encoded)) return encoded;
  if (encoded[0] === "n") return Number(encoded[1]);
  if (encoded[0] === "i") return BigInt(encoded[1]);
  return undefined;
}

export function valueIn(heap: Heap, encoded: Loose): unknown {
  return isReference(encoded) ? heap[encoded[0]] : constantOf(encoded);
}

/** A property as the payload tells it, ready to be defined. */
export interface Property {
  key: Resolve;
  plain: boolean;
  value: Loose;
}

/** Defines the properties `[key, value, key, value, …]` on an object, in order. */
export function defineAll(heap: Heap, target: object, entries: readonly Loose[]): void {
  for (let index = 0; index < entries.length; index += 2) {
    const key = valueIn(heap, entries[index]) as PropertyKey;
    Object.defineProperty(target, key, descriptorOf(heap, entries[index + 1]));
  }
}

function descriptorOf(heap: Heap, encoded: Loose): PropertyDescriptor {
  const tag = Array.isArray(encoded) ? encoded[0] : undefined;
  if (tag === "d")
    return { value: valueIn(heap, encoded[2]), writable: has(encoded[1], WRITABLE), ...flags(encoded[1]) };
  if (tag !== "a") return { value: valueIn(heap, encoded), writable: true, enumerable: true, configurable: true };
  const get = valueIn(heap, encoded[2]) as PropertyDescriptor["get"];
  const set = valueIn(heap, encoded[3]) as PropertyDescriptor["set"];
  return { ...flags(encoded[1]), get, set } as PropertyDescriptor;
}

function has(bits: number, flag: number): boolean {
  return (bits & flag) !== 0;
}

function flags(bits: number): { enumerable: boolean; configurable: boolean } {
  return { enumerable: has(bits, ENUMERABLE), configurable: has(bits, CONFIGURABLE) };
}
