/** What an executor knows of the results that are kept of its functions. */
import { randomUUID } from "node:crypto";
import { PatientStore } from "../stores/patient.js";
import type { Store } from "../stores/store.js";
import { RecentMap } from "../util/recent-map.js";
import { placeText } from "../util/store-place.js";
import { SECOND_MS } from "../util/time.js";
import { RecipeCache } from "./recipe-cache.js";
import { Troubles } from "./troubles.js";

/** Functions whose results' places are held in memory: those that were mapped last. */
const MAX_HELD = 8;

/** Longest time for which what the store refuses is tried again, ms: jobs can do without. */
const PATIENCE_MS = 5 * SECOND_MS;

export class Caches {
  readonly #held = new RecentMap<string, RecipeCache>(MAX_HELD);
  readonly #troubles = new Troubles();
  readonly #names = new WeakMap<Store, string>();

  /** @param recipe digest of all that a result depends on, but the input */
  of(store: Store, recipe: string, functionName: string): RecipeCache {
    return this.#held.getOrMake(`${this.#nameOf(store)} ${recipe}`, () => {
      const patient = new PatientStore(store, { patienceMs: PATIENCE_MS });
      return new RecipeCache(patient, { recipe, functionName }, this.#troubles);
    });
  }

  /** The same for the same place. Of stores of the user's making, nobody knows whether their descriptors tell it. */
  #nameOf(store: Store): string {
    const { descriptor } = store;
    if (placeText(descriptor) !== undefined) return JSON.stringify(descriptor);
    const name = this.#names.get(store) ?? randomUUID();
    this.#names.set(store, name);
    return name;
  }
}
