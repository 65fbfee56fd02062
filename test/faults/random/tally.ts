/** Counts what many seeds came to, for one line in the end. */
import { combo, nameOf } from "../../support/combo.js";
import type { Wrong } from "./run.js";

const KINDS_OF_WRONG = ["hung", "lost", "doubled", "wrong", "leaked"] as const;

export class Tally {
  readonly #kinds = new Set<string>();
  readonly #counts = new Map<Wrong["what"], number>();
  #jobs = 0;

  /** @returns what is wrong, with the seed by which it comes up again */
  add(kind: string, seed: number, wrongs: readonly Wrong[]): object[] {
    this.#jobs++;
    this.#kinds.add(kind);
    return this.note([seed], wrongs);
  }

  /** @param seeds of jobs that shared an executor @returns what is wrong after them */
  note(seeds: readonly number[], wrongs: readonly Wrong[]): object[] {
    for (const { what } of wrongs) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    return wrongs.map((wrong) => ({ seeds: seeds.join(" "), ...wrong }));
  }

  toString(): string {
    const counts = KINDS_OF_WRONG.map((what) => `${this.#counts.get(what) ?? 0} ${what}`);
    return `${nameOf(combo)}: ${this.#kinds.size} kinds, ${this.#jobs} jobs: ${counts.join(", ")}`;
  }
}
