/** Fetches the inputs of a shard. Those of a small job are fetched whole and kept for the worker's next shards of it. */
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { readInputs } from "../wire/inputs.js";
import { inputsKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";

/** Up to this size, bytes, one read of everything costs less than two reads of parts, on a disk as over a network. */
const WHOLE_BYTES = 256 * 1024;

export class InputsCache {
  #key: string | undefined;
  #whole: Promise<Uint8Array> | undefined;

  /** Rejects with `StoreError` when the inputs are missing; iterating throws it when they are damaged. */
  async get(request: ShardRequest, store: Store): Promise<Iterable<Uint8Array>> {
    const { jobId, shard, segment, inputsBytes, inputs } = request;
    if (inputs) return readInputs(inputs, shard.count);
    const key = inputsKey(jobId, segment);
    const { byteStart: start, byteEnd: end, count } = shard;
    if (inputsBytes > WHOLE_BYTES) return readInputs(await fetchInputs(store, key, { start, end }), count);
    return readInputs((await this.#fetchWhole(store, key)).subarray(start, end), count);
  }

  #fetchWhole(store: Store, key: string): Promise<Uint8Array> {
    if (this.#key !== key || !this.#whole) {
      this.#key = key;
      this.#whole = fetchInputs(store, key, undefined);
      this.#whole.catch(() => {
        this.#key = undefined;
      });
    }
    return this.#whole;
  }
}

async function fetchInputs(store: Store, key: string, range: { start: number; end: number } | undefined) {
  const bytes = await store.get(key, range);
  if (!bytes)
    throw new StoreError(`The store has no ${key}. Was it cleaned while the job ran? Run the job again.`, { key });
  return bytes;
}
