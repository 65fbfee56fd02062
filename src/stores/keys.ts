import { StoreError } from "../errors.js";

/** Longest key of S3, in UTF-8 bytes (AWS documentation, "Naming Amazon S3 objects"); the others follow it. */
const MAX_KEY_BYTES = 1024;

/** Throws `StoreError` unless every store can hold the key. */
export function checkKey(key: string): void {
  const segments = key.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..") || key.includes("\0"))
    throw new StoreError(`Not a key: ${JSON.stringify(key)}. Use segments joined by "/", none empty, "." or "..".`, {
      key,
    });
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new StoreError(`A key of ${Buffer.byteLength(key)} bytes is too long; at most ${MAX_KEY_BYTES} bytes.`, {
      key,
    });
}

/** Order of keys by their UTF-8 bytes, which is not the order of JavaScript's own string comparison. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
