/** How long shards take at which place, and whether a copy of one elsewhere would most likely be first. */
import type { Place } from "../backends/backend.js";

/** By which a copy must be first, ms: less is not worth running calls twice. */
const LEAST_GAIN_MS = 50;

/** Times for each call, or for so many calls as run at once, ms. */
export class UsualTimes {
  /** Each in order. */
  readonly #all: number[] = [];
  readonly #byPlace = new Map<Place, number[]>();

  get count(): number {
    return this.#all.length;
  }

  /** In the middle, of all. */
  get all(): number {
    return middleOf(this.#all) ?? 0;
  }

  /** Undefined where none has ended there. */
  at(place: Place): number | undefined {
    return middleOf(this.#byPlace.get(place) ?? []);
  }

  add(msPerRound: number, place: Place | undefined): void {
    insert(this.#all, msPerRound);
    if (!place) return;
    const there = this.#byPlace.get(place);
    if (there) insert(there, msPerRound);
    else this.#byPlace.set(place, [msPerRound]);
  }
}

/** Of a shard that runs at a place, and of another place that is idle. */
export interface Compared {
  /** Usual times of a round at either; undefined where none is known. */
  own: number | undefined;
  other: number | undefined;
  rounds: number;
  /** For which it has been at its place. */
  elapsedMs: number;
}

/**
 * What is late by a time is taken to be late by that time again: so a place that never answers costs at most what it usually takes, and
 * twice what the other one does.
 */
export function gains({ own, other, rounds, elapsedMs }: Compared): boolean {
  if (other === undefined) return false;
  const leftMs = Math.abs((own ?? 0) * rounds - elapsedMs);
  return leftMs > other * rounds + LEAST_GAIN_MS;
}

function middleOf(sorted: readonly number[]): number | undefined {
  return sorted[sorted.length >> 1];
}

function insert(sorted: number[], value: number): void {
  let from = 0;
  for (let to = sorted.length; from < to; ) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) <= value) from = middle + 1;
    else to = middle;
  }
  sorted.splice(from, 0, value);
}
