import { openStore } from "../stores/open.js";
import type { Store, StoreDescriptor } from "../stores/store.js";
import { PromiseCache } from "../util/promise-cache.js";

/** Opens each store once, so that a warm worker keeps its connections and what it has read of its credentials. */
export class OpenStores {
  readonly #stores = new PromiseCache<Store>();
  readonly #onOpen: (descriptor: StoreDescriptor) => void;

  /** @param onOpen called when a store is opened for the first time. */
  constructor(onOpen: (descriptor: StoreDescriptor) => void = () => {}) {
    this.#onOpen = onOpen;
  }

  /** Rejects with `StoreError` when the store cannot be opened; the next call tries again. */
  get(descriptor: StoreDescriptor): Promise<Store> {
    return this.#stores.get(JSON.stringify(descriptor), () => {
      this.#onOpen(descriptor);
      return openStore(descriptor);
    });
  }
}
