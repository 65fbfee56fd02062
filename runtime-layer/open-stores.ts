import { openStore } from "../src/stores/open.js";
import type { Store, StoreDescriptor } from "../src/stores/store.js";

/** Opens each store once, so that a warm worker keeps its connections and what it has read of its credentials. */
export class OpenStores {
  readonly #stores = new Map<string, Promise<Store>>();
  readonly #onOpen: (descriptor: StoreDescriptor) => void;

  /** @param onOpen called when a store is opened for the first time. */
  constructor(onOpen: (descriptor: StoreDescriptor) => void = () => {}) {
    this.#onOpen = onOpen;
  }

  /** Rejects with `StoreError` when the store cannot be opened; the next call tries again. */
  get(descriptor: StoreDescriptor): Promise<Store> {
    const key = JSON.stringify(descriptor);
    const known = this.#stores.get(key);
    if (known) return known;
    this.#onOpen(descriptor);
    const opened = openStore(descriptor);
    this.#stores.set(key, opened);
    opened.catch(() => this.#stores.delete(key));
    return opened;
  }
}
