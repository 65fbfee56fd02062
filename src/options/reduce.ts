/** The options by which results are reduced. */
import { OptionError } from "../errors.js";
import { type Check, checkOptions, integerIn, isBoolean } from "./check.js";

export interface ReduceOptions<T = unknown> {
  /** Comes before all others; when `keyed`, before those of each key. Default: there is none. */
  initial?: T | undefined;
  /**
   * Results that one call of the tree is given, 2 at least. Default 16. When `keyed`, it is those of a job that one call divides by key; map
   * calls of `mapReduce()` divide theirs themselves.
   */
  branch?: number | undefined;
  /** Whether each result is a collection of `[key, value]`, and values with the same key are reduced. Default `false`. */
  keyed?: boolean | undefined;
}

export interface KeyedOptions<K, V> extends ReduceOptions<V> {
  keyed: true;
  /** Reducers, each of which has some of the keys, 1 to 10,000. Default: one, and more where there is much to reduce. */
  reducers?: number | undefined;
  /** Number of the reducer for a key, from 0 to `reducers - 1`; the same number for equal keys. Default: by a hash of the key. */
  partition?: ((key: K, reducers: number) => number) | undefined;
}

export interface FinishOptions<K, V, R, Context> extends KeyedOptions<K, V> {
  /**
   * Called on each reducer with all that it reduced: a Map in the order in which keys came first. The result is then a list of what it
   * returned, one for each reducer, in their order. The pairs themselves do not come to the host.
   */
  finish: (entries: Map<K, V>, context: Context) => R | PromiseLike<R>;
}

/** What there may be of all that. */
export interface AnyReduceOptions extends ReduceOptions {
  reducers?: number | undefined;
  partition?: Function | undefined;
  finish?: Function | undefined;
  reports?: Function | undefined;
}

/** Results that one call of a tree is given, where nothing else is said. */
export const DEFAULT_BRANCH = 16;

/** The part of each shard has a place in its head, which the host reads. */
const MAX_REDUCERS = 10_000;

const isFunction: Check = (value) => (typeof value === "function" ? undefined : "a function");

const CHECKS: Record<keyof AnyReduceOptions, Check> = {
  initial: () => undefined,
  branch: integerIn(2, Infinity),
  keyed: isBoolean,
  reducers: integerIn(1, MAX_REDUCERS),
  partition: isFunction,
  finish: isFunction,
  reports: isFunction,
};

/** Those for reducing, and the others. */
export function splitReduceOptions<O extends AnyReduceOptions>(options: O) {
  const { initial, branch, keyed, reducers, partition, finish, reports, ...others } = options;
  return { reducing: { initial, branch, keyed, reducers, partition, finish, reports } as AnyReduceOptions, others };
}

/** Throws `OptionError` where results are asked to be kept, and pairs of many calls are stored together. */
export function refuseCache(where: string, { cache }: { cache?: unknown }): void {
  if (!cache) return;
  throw new OptionError(
    "cache",
    `${where} with keyed has no option cache, since a shard stores the pairs of all its calls together. Use map() with cache, and reduce its job: executor.map(fn, inputs, { cache: true }).reduce(…).`,
  );
}

/**
 * Throws `OptionError`.
 *
 * @param where such as `"mapReduce()"`
 */
export function checkReduceOptions(where: string, options: AnyReduceOptions): void {
  checkOptions(where, options, CHECKS);
  const { keyed = false, reducers, partition, finish } = options;
  const ofKeyed = Object.entries({ reducers, partition, finish }).find(([, value]) => value !== undefined);
  if (ofKeyed && !keyed)
    throw new OptionError(
      ofKeyed[0],
      `Option ${ofKeyed[0]} of ${where} is about keys, and there are none without keyed: true.`,
    );
  if (partition && reducers === undefined)
    throw new OptionError(
      "reducers",
      `Option partition of ${where} chooses among reducers: give their number, reducers: 8 for one.`,
    );
}
