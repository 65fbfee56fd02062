/** A store that counts what is asked of it. */
import type { Body, ByteRange, Store, StoreDescriptor, StoreEntry } from "./store.js";

/** Each try counts. What a store's client does again by itself is not seen, and neither are removals, which cost nothing. */
export interface StoreRequests {
  reads: number;
  writes: number;
  lists: number;
}

/** Keys that one answer to a list has at most, as S3 gives them. */
const KEYS_PER_LIST = 1000;

export class CountedStore implements Store {
  readonly requests: StoreRequests = { reads: 0, writes: 0, lists: 0 };
  /** Of all bodies that were read. */
  bytesRead = 0;
  /** Of all bodies that were to be written. */
  bytesWritten = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get reach(): Store["reach"] {
    return this.#store.reach;
  }

  get descriptor(): StoreDescriptor {
    return this.#store.descriptor;
  }

  putIfAbsent(key: string, body: Body): Promise<boolean> {
    this.#countWrite(body);
    return this.#store.putIfAbsent(key, body);
  }

  put(key: string, body: Body): Promise<void> {
    this.#countWrite(body);
    return this.#store.put(key, body);
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.requests.reads++;
    const body = await this.#store.get(key, range);
    this.bytesRead += body?.byteLength ?? 0;
    return body;
  }

  async *list(prefix: string, options?: { startAfter?: string }): AsyncIterable<StoreEntry> {
    let keys = 0;
    this.requests.lists++;
    for await (const entry of this.#store.list(prefix, options)) {
      if (keys > 0 && keys % KEYS_PER_LIST === 0) this.requests.lists++;
      keys++;
      yield entry;
    }
  }

  delete(key: string): Promise<void> {
    return this.#store.delete(key);
  }

  #countWrite(body: Body): void {
    this.requests.writes++;
    const pieces = body instanceof Uint8Array ? [body] : body;
    for (const { byteLength } of pieces) this.bytesWritten += byteLength;
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }
}
