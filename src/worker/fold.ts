/** Folds the list that is a call's input by the function of its job, from the left. */
import type { Fold } from "../wire/messages.js";

type Reduce = (a: unknown, b: unknown, context: unknown) => unknown;

/**
 * The result of all values, or of those with the same key. A list of one value gives that value, and no call of the function.
 *
 * @param input values; when keyed, collections of `[key, value]`, and before them the initial value, where there is one
 */
export async function foldInput(
  reduce: Reduce,
  input: unknown,
  { keyed, initial }: Fold,
  context: unknown,
): Promise<unknown> {
  const items = input as readonly unknown[];
  if (keyed)
    return foldEntries(reduce, initial ? items.slice(1) : items, initial ? { value: items[0] } : undefined, context);
  let [total] = items;
  for (const item of items.slice(1)) total = await reduce(total, item, context);
  return total;
}

async function foldEntries(
  reduce: Reduce,
  items: readonly unknown[],
  initial: { value: unknown } | undefined,
  context: unknown,
): Promise<Map<unknown, unknown>> {
  const totals = new Map<unknown, unknown>();
  for (const item of items)
    for (const [key, value] of entriesOf(item))
      totals.set(key, totals.has(key) ? await reduce(totals.get(key), value, context) : value);
  if (!initial) return totals;
  for (const [key, value] of totals) totals.set(key, await reduce(structuredClone(initial.value), value, context));
  return totals;
}

function* entriesOf(item: unknown): Generator<[unknown, unknown]> {
  if (typeof (item as Iterable<unknown> | null)?.[Symbol.iterator] !== "function" || typeof item === "string")
    throw new TypeError(NO_ENTRIES);
  for (const entry of item as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2) throw new TypeError(NO_ENTRIES);
    yield entry as [unknown, unknown];
  }
}

const NO_ENTRIES =
  "With the option keyed, the map function of mapReduce() must give a collection of [key, value], such as a Map or an array of pairs.";
