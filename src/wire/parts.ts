/**
 * The pairs of [key, value] that a shard's calls gave, divided by key into parts, one after the other among the values of its
 * result object: so who needs some consecutive parts reads one range. An empty part takes no bytes.
 *
 *     length  4 bytes, little-endian, of the pairs
 *     digest  32 bytes, SHA-256 of the pairs
 *     pairs   encoded, see `Part`
 */
import { createHash } from "node:crypto";
import { StoreError } from "../errors.js";
import { hasFields, isCount, isListOf } from "./checks.js";

const DIGEST_AT = 4;
const PAIRS_AT = DIGEST_AT + 32;

/** Some pairs, in the order in which their calls gave them. */
export interface Part {
  keys: unknown[];
  values: unknown[];
  /** Index of the first call of the shard that they are of. */
  first: number;
  /** Place of each among all pairs of the shard. */
  places: Uint32Array;
}

/** @param pairs encoded */
export function encodePart(pairs: Uint8Array): Uint8Array {
  const part = Buffer.allocUnsafe(PAIRS_AT + pairs.byteLength);
  part.writeUInt32LE(pairs.byteLength, 0);
  createHash("sha256").update(pairs).digest().copy(part, DIGEST_AT);
  part.set(pairs, PAIRS_AT);
  return part;
}

/** The encoded pairs of each part that the range has. Throws `StoreError` when it is not what was written. */
export function readParts(range: Uint8Array, key: string): Uint8Array[] {
  const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const end = at + PAIRS_AT <= bytes.byteLength ? at + PAIRS_AT + bytes.readUInt32LE(at) : Infinity;
    const pairs = bytes.subarray(at + PAIRS_AT, end);
    const digest = bytes.subarray(at + DIGEST_AT, at + PAIRS_AT);
    if (end > bytes.byteLength || !createHash("sha256").update(pairs).digest().equals(digest))
      throw new StoreError(`A part of the result object ${key} is damaged. Run the job again.`, { key });
    parts.push(pairs);
    at = end;
  }
  return parts;
}

const isPart = hasFields({
  keys: isListOf(() => true),
  values: isListOf(() => true),
  first: isCount,
  places: (value) => value instanceof Uint32Array,
});

/** What `readParts` gave, decoded. Throws `StoreError` when it is no part. */
export function checkPart(value: unknown): Part {
  const part = value as Part;
  if (isPart(part) && part.keys.length === part.values.length && part.keys.length === part.places.length) return part;
  throw new StoreError("A part of a result object holds no pairs. Run the job again.");
}
