/** Removes what nodewren put into a store. */
import pLimit from "p-limit";
import type { Store } from "../stores/store.js";
import { isOwnKey, OWN_PREFIXES } from "../wire/own-keys.js";

/** Requests at once; S3 takes 3,500 deletes a second for a prefix, and each costs the client some ms of CPU. */
const DELETES_AT_ONCE = 32;

export interface Removed {
  objects: number;
  bytes: number;
}

/** Deletes nodewren's own objects under the prefixes, and no others. Rejects with `StoreError`. */
export async function removeObjects(store: Store, prefixes: readonly string[] = OWN_PREFIXES): Promise<Removed> {
  const removed = { objects: 0, bytes: 0 };
  const limit = pLimit(DELETES_AT_ONCE);
  for (const prefix of prefixes) {
    const pending = new Set<Promise<void>>();
    for await (const { key, bytes } of store.list(prefix)) {
      if (!isOwnKey(key)) continue;
      removed.objects++;
      removed.bytes += bytes;
      const deleted: Promise<void> = limit(() => store.delete(key)).then(() => void pending.delete(deleted));
      pending.add(deleted);
      // The list goes on only as fast as its keys are deleted.
      if (pending.size >= 2 * DELETES_AT_ONCE) await Promise.race(pending);
    }
    await Promise.all(pending);
  }
  return removed;
}
