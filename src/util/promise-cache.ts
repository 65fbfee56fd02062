import { RecentMap } from "./recent-map.js";

export interface PromiseCacheOptions<T> {
  /** How many are kept: those that were asked for last. Default: all. */
  max?: number;
  /** Whether a value that is kept may be given again. Default: always. */
  isCurrent?: (value: T) => boolean;
}

interface Kept<T> {
  promise: Promise<T>;
  /** Set once it has resolved. */
  made?: { value: T };
}

/**
 * Makes what is asked for once, also for those who ask while it is being made. What could not be made is not kept, so
 * that who asks next has it tried again.
 */
export class PromiseCache<T> {
  readonly #kept: RecentMap<string, Kept<T>>;
  readonly #isCurrent: (value: T) => boolean;

  constructor({ max = Infinity, isCurrent = () => true }: PromiseCacheOptions<T> = {}) {
    this.#kept = new RecentMap(max);
    this.#isCurrent = isCurrent;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    const isKnown = known !== undefined && (known.made === undefined || this.#isCurrent(known.made.value));
    if (isKnown) return known.promise;
    const entry = this.#make(key, make);
    this.#kept.set(key, entry);
    return entry.promise;
  }

  #make(key: string, make: () => Promise<T>): Kept<T> {
    const entry: Kept<T> = { promise: make() };
    const forget = () => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    };
    entry.promise.then((value) => {
      entry.made = { value };
    }, forget);
    return entry;
  }
}
