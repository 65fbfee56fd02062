import type { Loose } from "../types.js";
import { constantOf, defineAll, type Heap, isReference, valueIn } from "./values.js";

/** Puts into an object what it holds, once every object of the instantiation exists. */
export type Fill = (heap: Heap, target: Loose) => void;

/** The steps for one heap entry, in order; empty when its maker did everything. */
export function fillsOf(entry: Loose): Fill[] {
  const fills: Fill[] = [];
  if (entry.late !== undefined)
    fills.push((heap, target) => void Object.setPrototypeOf(target, valueIn(heap, entry.late) as object));
  if (entry.v && entry.k === "arr") fills.push(fillArray(entry));
  if (entry.v && entry.k === "map") fills.push(fillMap(entry.v));
  if (entry.v && entry.k === "set") fills.push(fillSet(entry.v));
  if (entry.drop) fills.push(dropAll(entry.drop));
  if (entry.p) fills.push(fillProperties(entry.p));
  if (entry.last !== undefined)
    fills.push((heap, target) => {
      target.lastIndex = valueIn(heap, entry.last);
    });
  return fills;
}

function fillArray({ v, t }: Loose): Fill {
  const places: number[] = [];
  const constants: [number, unknown][] = [];
  v.forEach((encoded: Loose, index: number) => {
    if (isReference(encoded)) places.push(index, encoded[0]);
    else if (!t && !(Array.isArray(encoded) && encoded[0] === "h")) constants.push([index, constantOf(encoded)]);
  });
  return (heap, target) => {
    for (const [index, value] of constants) target[index] = value;
    for (let i = 0; i < places.length; i += 2) target[places[i] as number] = heap[places[i + 1] as number];
  };
}

function fillMap(v: readonly Loose[]): Fill {
  return (heap, target) => {
    for (let i = 0; i < v.length; i += 2) Map.prototype.set.call(target, valueIn(heap, v[i]), valueIn(heap, v[i + 1]));
  };
}

function fillSet(v: readonly Loose[]): Fill {
  return (heap, target) => {
    for (const encoded of v) Set.prototype.add.call(target, valueIn(heap, encoded));
  };
}

function dropAll(keys: readonly Loose[]): Fill {
  return (heap, target) => {
    for (const key of keys) Reflect.deleteProperty(target, valueIn(heap, key) as PropertyKey);
  };
}

/** Plain properties with plain string keys are assigned, which is fast; the others are defined. */
function fillProperties(entries: readonly Loose[]): Fill {
  if (!entries.every((one, index) => (index % 2 === 0 ? isPlainKey(one) : isPlainValue(one)))) {
    return (heap, target) => defineAll(heap, target, entries);
  }
  return (heap, target) => defineAll(heap, target, entries);
}

function isPlainKey(key: Loose): boolean {
  return typeof key === "string" && key !== "__proto__";
}

function isPlainValue(encoded: Loose): boolean {
  return !Array.isArray(encoded) || (encoded[0] !== "d" && encoded[0] !== "a");
}

/** Steps that must come after all others: they take away the right to change the object. */
export function sealOf(level: number | undefined): ((target: object) => void) | undefined {
  if (level === 1) return (target) => void Object.preventExtensions(target);
  if (level === 2) return (target) => void Object.seal(target);
  return level === 3 ? (target) => void Object.freeze(target) : undefined;
}
