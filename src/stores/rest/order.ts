/** Lists in the order that stores promise. */
import { compareKeys } from "../keys.js";
import type { StoreEntry } from "../store.js";

/** From the first such UTF-16 unit on, the order by units is not that of UTF-8 bytes. */
const WHERE_ORDERS_DIFFER = /[\ud800-\uffff]/;

/**
 * By the UTF-8 bytes of keys, of entries in that order or in the order of UTF-16 units, as services do not say which they take. What
 * comes after the first key for which that matters is held until all have come.
 */
export async function* byBytes(entries: AsyncIterable<StoreEntry>): AsyncGenerator<StoreEntry> {
  const held: StoreEntry[] = [];
  for await (const entry of entries) {
    if (held.length > 0 || WHERE_ORDERS_DIFFER.test(entry.key)) held.push(entry);
    else yield entry;
  }
  yield* held.sort((a, b) => compareKeys(a.key, b.key));
}
