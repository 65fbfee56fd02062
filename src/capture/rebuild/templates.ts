import type { HeapReference, Properties } from "../payload/entry.js";
import { addProperty, eachProperty, flagged } from "../payload/properties.js";
import { isHole } from "./fill.js";
import type { HeapEntry, Make } from "./make.js";
import { constantOf, isReference, type Value } from "./values.js";

/** How an entry of plain data is made by a native copy, and what is left to fill in. */
export interface Template {
  make: Make;
  /** Properties that refer to objects. */
  references: Properties<HeapReference> | undefined;
}

/**
 * An array or object with everything in it that is primitive, so that an instance starts from a native copy and only
 * references are left to fill in. Undefined for other entries.
 */
export function templateOf(entry: HeapEntry): Template | undefined {
  if (entry.kind === "array" && entry.elements && entry.latePrototype === undefined && !entry.elements.some(isHole)) {
    const constants = entry.elements.map((one) => (isReference(one) ? undefined : constantOf(one as Value)));
    return { make: () => constants.slice(), references: entry.properties };
  }
  return entry.kind === "object" && entry.prototype === undefined ? plainTemplate(entry.properties) : undefined;
}

function plainTemplate(properties: Properties<HeapReference> | undefined): Template | undefined {
  if (!properties || !isPlain(properties)) return undefined;
  const template: Record<string, unknown> = {};
  const references: Properties<HeapReference> = [];
  eachProperty(properties, (key, value) => {
    template[key as string] = isReference(value) ? undefined : constantOf(value as Value);
    if (isReference(value)) addProperty(references, key, value);
  });
  return { make: () => ({ ...template }), references: references.length > 0 ? references : undefined };
}

function isPlain(properties: Properties<HeapReference>): boolean {
  let isPlain = true;
  eachProperty(properties, (key, value) => {
    if (typeof key !== "string" || key === "__proto__" || flagged(value)) isPlain = false;
  });
  return isPlain;
}
