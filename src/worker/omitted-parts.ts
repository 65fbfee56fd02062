import type { OmittedPart } from "../errors.js";

/** Parts that are named one by one. A tree of functions has thousands, and nobody reads more than the first ones. */
const MAX_NAMED = 20;

/** Collects what did not travel of a value. */
export class OmittedParts {
  readonly #root: string;
  readonly #named: OmittedPart[] = [];
  #more = 0;
  /** Whether the value itself is among them. */
  hasRoot = false;

  constructor(root: string) {
    this.#root = root;
  }

  /** @param steps from the root to the part; empty for the value itself */
  add(steps: string, reason: string): void {
    if (steps === "") this.hasRoot = true;
    if (this.#named.length < MAX_NAMED) this.#named.push({ path: this.#root + steps, reason });
    else this.#more++;
  }

  list(): OmittedPart[] {
    if (this.#more === 0) return this.#named;
    return [...this.#named, { path: this.#root, reason: `${this.#more} more parts of it could not travel` }];
  }
}
