/** A Map of those entries that were asked for, or set, last: older ones are dropped when there are more than `max`. */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, { value: V }>();

  constructor(readonly max: number) {}

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry) this.set(key, entry.value);
    return entry?.value;
  }

  /** The value, which is made if it is not there. */
  getOrMake(key: K, make: () => V): V {
    if (!this.#entries.has(key)) this.set(key, make());
    return this.get(key) as V;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value });
    // A Map lists its keys in the order in which they were set.
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.max) this.#entries.delete(oldest as K);
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}
