/** Keeps a cache in few objects, and within its size. */
import type { Store } from "../stores/store.js";
import type { KeptResult } from "./batch.js";
import type { KeptResults } from "./kept-results.js";
import { CACHE_PREFIX, readBatchKey } from "./keys.js";
import { partsOf } from "./parts.js";

/** Smaller batches are put together, once there are so many of one function: each is a read at the start of its next job. */
const SMALL_BYTES = 256 * 1024;
const MANY = 32;

/** The new ones are stored before the old ones go. Rejects with `StoreError`. */
export async function putTogether(
  store: Store,
  kept: KeptResults,
  write: (results: readonly KeptResult[]) => Promise<void>,
): Promise<void> {
  const small = kept.batches.filter(({ bytes }) => bytes < SMALL_BYTES);
  if (small.length < MANY) return;
  const results: KeptResult[] = [];
  for (const batch of small) results.push(...(await kept.newestOf(batch)));
  for (const part of partsOf(results)) await write(part);
  for (const { key } of small) await remove(store, kept, key);
}

/** Of all functions, the batches that were kept first, until the others take `maxBytes` at most. Rejects with `StoreError`. */
export async function removeOldest(store: Store, kept: KeptResults, maxBytes: number): Promise<void> {
  if (maxBytes === Infinity) return;
  const batches: { key: string; bytes: number; keptAt: number }[] = [];
  for await (const { key, bytes } of store.list(CACHE_PREFIX)) {
    const name = readBatchKey(key);
    if (name) batches.push({ key, bytes, keptAt: name.keptAt });
  }
  let total = batches.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { key, bytes } of batches.sort((a, b) => a.keptAt - b.keptAt)) {
    if (total <= maxBytes) return;
    await remove(store, kept, key);
    total -= bytes;
  }
}

async function remove(store: Store, kept: KeptResults, key: string): Promise<void> {
  await store.delete(key);
  kept.forget(key);
}
