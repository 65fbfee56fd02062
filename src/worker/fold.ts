/** Folds the list that is a call's input by the function of its job, from the left. */
import { checkPart, type Part } from "../wire/parts.js";
import { CombinedPairs, type Reduce } from "./combined-pairs.js";

/** The result of all values. A list of one value gives that value, and no call of the function. */
export async function foldValues(reduce: Reduce, values: Iterable<unknown>, context: unknown): Promise<unknown> {
  let total: unknown;
  let isFirst = true;
  for (const value of values) {
    total = isFirst ? value : await reduce(total, value, context);
    isFirst = false;
  }
  return total;
}

/** What a reducer makes of its parts, in the order in which keys came first: where that was tells `firsts` and `places`. */
export interface ReducedPairs {
  keys: unknown[];
  values: unknown[];
  /** As `first` and `places` of the part that had the key first. */
  firsts: Float64Array;
  places: Uint32Array;
}

/**
 * Values with the same key reduced to one.
 *
 * @param parts of several shards, in the order of these; before them the initial value of each key, where there is one
 */
export async function foldParts(
  reduce: Reduce,
  parts: Iterable<unknown>,
  hasInitial: boolean,
  context: unknown,
): Promise<ReducedPairs> {
  const found = new CombinedPairs(reduce);
  const [firsts, places]: [number[], number[]] = [[], []];
  let initial: { value: unknown } | undefined;
  for (const value of parts) {
    if (hasInitial && !initial) {
      initial = { value };
      continue;
    }
    const part = checkPart(value);
    for (let i = 0; i < part.keys.length; i++) {
      const adding = found.add(part.keys[i], part.values[i], context, () => {
        firsts.push(part.first);
        places.push((part as Part).places[i] as number);
      });
      if (adding) await adding;
    }
  }
  const { keys, values } = found;
  if (initial)
    for (const [i, value] of values.entries()) values[i] = await reduce(structuredClone(initial.value), value, context);
  return inOrder({ keys, values, firsts: Float64Array.from(firsts), places: Uint32Array.from(places) });
}

/** Parts of one shard come one after the other, though their keys may have come in turns. */
function inOrder({ keys, values, firsts, places }: ReducedPairs): ReducedPairs {
  const order = Uint32Array.from(keys.keys());
  const compare = (a: number, b: number) =>
    (firsts[a] as number) - (firsts[b] as number) || (places[a] as number) - (places[b] as number);
  if (order.every((at) => at === 0 || compare(at - 1, at) < 0)) return { keys, values, firsts, places };
  order.sort(compare);
  return {
    keys: Array.from(order, (at) => keys[at]),
    values: Array.from(order, (at) => values[at]),
    firsts: Float64Array.from(order, (at) => firsts[at] as number),
    places: Uint32Array.from(order, (at) => places[at] as number),
  };
}
