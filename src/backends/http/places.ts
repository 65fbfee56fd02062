/** Where shards can be sent: the place with the fewest of them comes next, and none that has just failed while others are there. */

/** Time for which a place that failed is left alone, ms. */
const DOWN_MS = 5000;

export interface Place {
  readonly url: string;
  /** Requests under way. */
  active: number;
  /** Until when it is left alone, by the clock that only goes forward. */
  downUntil: number;
}

export class Places {
  readonly #places: readonly Place[];

  constructor(urls: readonly string[]) {
    this.#places = urls.map((url) => ({ url, active: 0, downUntil: -Infinity }));
  }

  get all(): readonly Place[] {
    return this.#places;
  }

  next(): Place {
    const now = performance.now();
    const isUp = ({ downUntil }: Place) => downUntil <= now;
    const up = this.#places.filter(isUp);
    // Where all have failed, the one that failed first may be back.
    const [first, ...rest] =
      up.length > 0 ? up : [...this.#places].sort((a, b) => a.downUntil - b.downUntil).slice(0, 1);
    return rest.reduce((best, place) => (place.active < best.active ? place : best), first as Place);
  }

  failed(place: Place): void {
    place.downUntil = performance.now() + DOWN_MS;
  }
}
