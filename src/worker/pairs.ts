/** The pairs of [key, value] that a call gives whose job divides them by key. */
import type { CallContext } from "./call-context.js";
import { partOfKey } from "./key-hash.js";

/** As a call's value travels to where those of its shard are put together. */
export interface Pairs {
  keys: unknown[];
  values: unknown[];
  /** Which part each belongs to. */
  parts: Uint32Array;
}

export type Partition = (key: unknown, parts: number, context: CallContext) => unknown;

/**
 * Throws `TypeError` for what is no collection of pairs, and `RangeError` for a part that is none.
 *
 * @param collections a Map, an array of pairs, or anything else that gives pairs when it is iterated
 * @param partition undefined: by a hash of the key
 */
export function pairsOf(
  collections: Iterable<unknown>,
  parts: number,
  context: CallContext,
  partition?: Partition,
): Pairs {
  const [keys, values, places]: [unknown[], unknown[], number[]] = [[], [], []];
  for (const collection of collections)
    for (const [key, value] of entriesOf(collection)) {
      keys.push(key);
      values.push(value);
      places.push(partition ? checkedPart(partition(key, parts, context), parts, key) : partOfKey(key, parts));
    }
  return { keys, values, parts: Uint32Array.from(places) };
}

function checkedPart(part: unknown, parts: number, key: unknown): number {
  if (Number.isInteger(part) && (part as number) >= 0 && (part as number) < parts) return part as number;
  const [got, of] = [part, key].map((one) =>
    typeof one === "object" || typeof one === "function" ? typeof one : String(one),
  );
  throw new RangeError(
    `The option partition must give a whole number from 0 to ${parts - 1}, as there are ${parts} reducers, but gave ${got} for the key ${of}.`,
  );
}

function* entriesOf(collection: unknown): Generator<[unknown, unknown]> {
  if (
    typeof (collection as Iterable<unknown> | null)?.[Symbol.iterator] !== "function" ||
    typeof collection === "string"
  )
    throw new TypeError(NO_ENTRIES);
  for (const entry of collection as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2) throw new TypeError(NO_ENTRIES);
    yield entry as [unknown, unknown];
  }
}

const NO_ENTRIES =
  "With the option keyed, each result that is reduced must be a collection of [key, value], such as a Map or an array of pairs.";
