/** From an item's descriptor to its bytes. */
import type { Store } from "../stores/store.js";
import type { Content } from "./content.js";
import type { ItemDescriptor } from "./descriptor.js";
import { FileContent } from "./file-content.js";
import { ObjectContent, type OpenBuckets } from "./object-content.js";
import { StoredContent } from "./stored-content.js";

/** What this process reads items by. */
export interface ItemAccess {
  buckets: OpenBuckets;
  /** Where uploaded files lie; undefined: in none that is known here. */
  store: Store | undefined;
}

export function openContent(
  { key, size, origin }: Pick<ItemDescriptor, "key" | "size" | "origin">,
  { buckets, store }: ItemAccess,
): Content {
  switch (origin.kind) {
    case "file":
      return new FileContent(key, size, origin);
    case "object":
      return new ObjectContent(key, size, origin, buckets);
    case "stored":
      return new StoredContent(key, size, origin, store);
  }
}
