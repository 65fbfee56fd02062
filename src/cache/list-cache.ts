/** What a store has of kept results, as its listing tells it. */
import type { Store } from "../stores/store.js";
import { CACHE_PREFIX, readBatchKey } from "./keys.js";
import { openBatch } from "./stored-batch.js";

/** What is kept of one function. */
export interface KeptFunction {
  recipe: string;
  results: number;
  bytes: number;
  /** Unix times at which the oldest and the newest batch were kept, ms. */
  oldestAt: number;
  newestAt: number;
  /** In the order in which they were kept. */
  batches: { key: string; results: number; bytes: number; keptAt: number }[];
}

/** In the order of their newest batches. Rejects with `StoreError`. */
export async function listCache(store: Store): Promise<KeptFunction[]> {
  const found = new Map<string, KeptFunction>();
  for await (const { key, bytes } of store.list(CACHE_PREFIX)) {
    const name = readBatchKey(key);
    if (!name) continue;
    const { recipe, keptAt, results } = name;
    const one = found.get(recipe) ?? { recipe, results: 0, bytes: 0, oldestAt: keptAt, newestAt: keptAt, batches: [] };
    found.set(recipe, one);
    one.results += results;
    one.bytes += bytes;
    one.oldestAt = Math.min(one.oldestAt, keptAt);
    one.newestAt = Math.max(one.newestAt, keptAt);
    one.batches.push({ key, results, bytes, keptAt });
  }
  return [...found.values()].sort((a, b) => a.newestAt - b.newestAt);
}

/** The name that it had when the newest batch was kept; undefined where none can be read. Rejects with `StoreError`. */
export async function nameOfKept(store: Store, { batches }: KeptFunction): Promise<string | undefined> {
  for (const { key, bytes } of [...batches].reverse()) {
    const batch = await openBatch(store, key, bytes).catch(() => undefined);
    if (batch) return batch.head.header.functionName;
  }
  return undefined;
}
