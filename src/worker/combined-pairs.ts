/** Pairs that come one after the other, those with the same key reduced to one. */
export type Reduce = (a: unknown, b: unknown, context: unknown) => unknown;

/** In the order in which the keys came first. */
export class CombinedPairs {
  readonly keys: unknown[] = [];
  readonly values: unknown[] = [];
  readonly #places = new Map<unknown, number>();
  readonly #reduce: Reduce;

  constructor(reduce: Reduce) {
    this.#reduce = reduce;
  }

  /**
   * Resolves at once, without a promise, unless `reduce` gives one: of millions, an `await` each would take longer than they do.
   *
   * @param onNew called for a key that was not there before
   */
  add(key: unknown, value: unknown, context: unknown, onNew: () => void): void | Promise<void> {
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#places.set(key, this.keys.length);
      this.keys.push(key);
      this.values.push(value);
      onNew();
      return;
    }
    const total = this.#reduce(this.values[place], value, context);
    if (!isThenable(total)) {
      this.values[place] = total;
      return;
    }
    return Promise.resolve(total).then((settled) => {
      this.values[place] = settled;
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && "then" in value;
}
