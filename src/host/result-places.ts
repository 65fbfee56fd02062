/** Which result object has the result of which call. */
import type { Shard } from "../wire/messages.js";

export interface ResultPlace extends Pick<Shard, "name" | "first" | "count"> {
  /** Byte of the object at which each part of its pairs begins, and last where they end; undefined where it has none. */
  parts?: Float64Array | undefined;
}

export class ResultPlaces {
  /** By their first calls. */
  readonly #places: ResultPlace[] = [];

  /** The shard, or piece of one, has a result object with all its calls. */
  add({ name, first, count }: Shard, parts?: Float64Array): void {
    const at = this.#after(first);
    if (this.#places[at - 1]?.name !== name) this.#places.splice(at, 0, { name, first, count, parts });
  }

  /** In the order of their calls. */
  get all(): readonly ResultPlace[] {
    return this.#places;
  }

  /** Undefined when there is none, or not yet. */
  find(index: number): ResultPlace | undefined {
    const place = this.#places[this.#after(index) - 1];
    return place && index < place.first + place.count ? place : undefined;
  }

  /** Nobody will ask for its calls any more. */
  remove({ name, first }: Shard): void {
    const at = this.#after(first) - 1;
    if (this.#places[at]?.name === name) this.#places.splice(at, 1);
  }

  /** How many begin at that call or before. */
  #after(index: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] as ResultPlace).first <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
