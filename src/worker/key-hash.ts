/** Which part a key belongs to where nobody says so: the same for keys that a Map takes for the same, on any machine. */

/** FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv), over UTF-16 code units. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** From 0 to `parts` - 1. */
export function partOfKey(key: unknown, parts: number): number {
  return parts === 1 ? 0 : hashOf(textOf(key)) % parts;
}

/** Two objects are never the same key, so that it does not matter where they go. */
function textOf(key: unknown): string {
  if (typeof key === "string") return key;
  // A Map takes -0 for 0.
  if (typeof key === "number") return String(key === 0 ? 0 : key);
  return typeof key === "object" && key !== null ? "" : String(key);
}

function hashOf(text: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  // The last bits alone say too little of the first characters.
  hash ^= hash >>> 16;
  return hash >>> 0;
}
