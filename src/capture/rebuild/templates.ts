import type { Loose } from "../types.js";
import { constantOf, isReference } from "./values.js";

/**
 * Adds a template `t` to entries of plain data: an array or object with everything in it that is primitive, so that an
 * instance starts from a native copy and only references are left to fill in.
 */
export function templated(entry: Loose): Loose {
  if (entry.k === "arr" && entry.v && entry.late === undefined && !entry.v.some(isHole)) {
    return { ...entry, t: entry.v.map((one: Loose) => (isReference(one) ? undefined : constantOf(one))) };
  }
  if (entry.k === "obj" && entry.p && entry.proto === undefined && isPlain(entry.p)) return plainTemplate(entry);
  return entry;
}

function isHole(encoded: Loose): boolean {
  return Array.isArray(encoded) && encoded[0] === "h";
}

function isPlain(entries: readonly Loose[]): boolean {
  return entries.every((one, index) => {
    if (index % 2 === 0) return typeof one === "string" && one !== "__proto__";
    return !Array.isArray(one) || (one[0] !== "d" && one[0] !== "a");
  });
}

function plainTemplate(entry: Loose): Loose {
  const template: Record<string, unknown> = {};
  const references: Loose[] = [];
  for (let index = 0; index < entry.p.length; index += 2) {
    const [key, value] = [entry.p[index], entry.p[index + 1]];
    template[key] = isReference(value) ? undefined : constantOf(value);
    if (isReference(value)) references.push(key, value);
  }
  return { ...entry, t: template, p: references.length > 0 ? references : undefined };
}
