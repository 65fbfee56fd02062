import { openStore } from "../stores/open.js";
import type { Store, StoreDescriptor } from "../stores/store.js";
import { PromiseCache } from "../util/promise-cache.js";

/** Opens each store once, so that a warm worker keeps its connections and what it has read of its credentials. */
export class OpenStores {
  readonly #stores = new PromiseCache<Store>();
  readonly #onOpen: (descriptor: StoreDescriptor) => void;
  /** That of the last job whose request brought keys. */
  #ofJob: { text: string; store: Promise<Store> } | undefined;

  /** @param onOpen called when a store is opened for the first time. */
  constructor(onOpen: (descriptor: StoreDescriptor) => void = () => {}) {
    this.#onOpen = onOpen;
  }

  /** Rejects with `StoreError` when the store cannot be opened; the next call tries again. */
  get(descriptor: StoreDescriptor): Promise<Store> {
    const text = JSON.stringify(descriptor);
    if (descriptor["credentials"] !== undefined) return this.#withKeys(text, descriptor);
    return this.#stores.get(text, () => this.#open(descriptor));
  }

  /** Keys are new each hour and for each job: what was opened with others is closed. */
  #withKeys(text: string, descriptor: StoreDescriptor): Promise<Store> {
    if (this.#ofJob?.text === text) return this.#ofJob.store;
    this.#ofJob?.store.then((store) => store.close?.()).catch(() => {});
    const opened = { text, store: this.#open(descriptor) };
    this.#ofJob = opened;
    opened.store.catch(() => {
      if (this.#ofJob === opened) this.#ofJob = undefined;
    });
    return opened.store;
  }

  #open(descriptor: StoreDescriptor): Promise<Store> {
    this.#onOpen(descriptor);
    return openStore(descriptor);
  }
}
