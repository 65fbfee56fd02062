import { StoreError } from "../errors.js";

/** Longest key of S3, in UTF-8 bytes (AWS documentation, "Naming Amazon S3 objects"); the others follow it. */
const MAX_KEY_BYTES = 1024;

/** Throws `StoreError` unless every store can hold the key. */
export function checkKey(key: string): void {
  checkSegments(key, key.split("/"));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new StoreError(`A key of ${Buffer.byteLength(key)} bytes is too long; at most ${MAX_KEY_BYTES} bytes.`, {
      key,
      isTransient: false,
    });
}

/** Throws `StoreError` unless keys can begin like this. What follows the last slash need not be a whole segment. */
export function checkPrefix(prefix: string): void {
  checkSegments(prefix, prefix.split("/").slice(0, -1));
}

function checkSegments(key: string, segments: string[]): void {
  const isBad = segments.some((segment) => segment === "" || segment === "." || segment === "..");
  // A lone surrogate has no UTF-8 of its own: two keys would become one.
  if (isBad || key.includes("\0") || Buffer.from(key).toString() !== key)
    throw new StoreError(
      `Not a key: ${JSON.stringify(key)}. Use well-formed text in segments joined by "/", none of them empty, "." or "..".`,
      { key, isTransient: false },
    );
}

/** Order of keys by their UTF-8 bytes, which is not the order of JavaScript's own string comparison. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
