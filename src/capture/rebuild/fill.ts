import type { ArrayEntry, BoundEntry, Extensibility, HeapReference, Properties } from "../payload/entry.js";
import type { Fill, HeapEntry } from "./make.js";
import { fillPartlyLoaded } from "./partly-loaded.js";
import { constantOf, defineAll, isReference, keyIn, type Value, valueIn } from "./values.js";

/** The steps for one heap entry, in order; empty when its maker did everything. `isCopied` where the maker filled in all but references. */
export function fillsOf(entry: HeapEntry, { references, isCopied }: Filled): Fill[] {
  const fills: Fill[] = [];
  const { latePrototype, dropped } = entry;
  if (latePrototype !== undefined)
    fills.push((heap, target) => void Object.setPrototypeOf(target, valueIn(heap, latePrototype) as object | null));
  const content = contentOf(entry, isCopied);
  if (content) fills.push(content);
  if (dropped)
    fills.push((heap, target) => {
      for (const key of dropped) Reflect.deleteProperty(target, keyIn(heap, key));
    });
  if (references) fills.push((heap, target) => defineAll(heap, target, references));
  if (entry.kind === "regexp" && entry.lastIndex !== undefined) fills.push(fillLastIndex(entry.lastIndex));
  return fills;
}

/** What is left to fill in. */
export interface Filled {
  /** Properties to define, if any. */
  references: Properties<HeapReference> | undefined;
  /** Whether the elements of an array are there but for its references. */
  isCopied: boolean;
}

function contentOf(entry: HeapEntry, isCopied: boolean): Fill | undefined {
  if (entry.kind === "array") return entry.elements && fillArray(entry.elements, isCopied);
  if (entry.kind === "map") return fillMap(entry.entries);
  if (entry.kind === "set") return fillSet(entry.values);
  if (entry.kind === "weakMap") return fillWeakMap(entry.entries);
  if (entry.kind === "weakSet") return fillWeakSet(entry.values);
  if (entry.kind === "partlyLoaded") return fillPartlyLoaded(entry);
  return entry.kind === "bound" && entry.isNamed ? nameBound(entry) : undefined;
}

function fillArray(elements: NonNullable<ArrayEntry<HeapReference>["elements"]>, isCopied: boolean): Fill {
  const places: [at: number, id: number][] = [];
  const constants: [at: number, value: unknown][] = [];
  for (const [index, encoded] of elements.entries()) {
    if (isReference(encoded)) places.push([index, encoded[0]]);
    else if (!isCopied && !isHole(encoded)) constants.push([index, constantOf(encoded as Value)]);
  }
  return (heap, target) => {
    const array = target as unknown[];
    for (const [at, value] of constants) array[at] = value;
    for (const [at, id] of places) array[at] = heap[id];
  };
}

export function isHole(encoded: unknown): encoded is readonly ["hole"] {
  return Array.isArray(encoded) && encoded[0] === "hole";
}

function fillMap(entries: readonly Value[]): Fill {
  return (heap, target) => {
    for (let at = 0; at < entries.length; at += 2)
      Map.prototype.set.call(target, valueIn(heap, entries[at] as Value), valueIn(heap, entries[at + 1] as Value));
  };
}

function fillSet(values: readonly Value[]): Fill {
  return (heap, target) => {
    for (const encoded of values) Set.prototype.add.call(target, valueIn(heap, encoded));
  };
}

function fillWeakMap(entries: readonly Value[]): Fill {
  return (heap, target) => {
    for (let at = 0; at < entries.length; at += 2) {
      const key = valueIn(heap, entries[at] as Value) as WeakKey;
      WeakMap.prototype.set.call(target, key, valueIn(heap, entries[at + 1] as Value));
    }
  };
}

function fillWeakSet(values: readonly Value[]): Fill {
  return (heap, target) => {
    for (const encoded of values) WeakSet.prototype.add.call(target, valueIn(heap, encoded) as WeakKey);
  };
}

/** What is bound may have got its name after it was bound, and comes before in the order of filling. */
function nameBound({ target }: BoundEntry<HeapReference>): Fill {
  return (heap, bound) => {
    const { name } = valueIn(heap, target) as { name: string };
    Object.defineProperty(bound, "name", { value: `bound ${name}`, configurable: true });
  };
}

function fillLastIndex(lastIndex: Value): Fill {
  return (heap, target) => {
    (target as RegExp).lastIndex = valueIn(heap, lastIndex) as number;
  };
}

/** Steps that must come after all others: they take away the right to change the object. */
export function sealOf(level: Extensibility | undefined): ((target: object) => void) | undefined {
  if (level === "notExtensible") return (target) => void Object.preventExtensions(target);
  if (level === "sealed") return (target) => void Object.seal(target);
  return level === "frozen" ? (target) => void Object.freeze(target) : undefined;
}
