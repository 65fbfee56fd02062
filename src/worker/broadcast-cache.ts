/** Broadcast values by digest: each is decoded once per worker, frozen, and shared by every call that reads it. */
import { types } from "node:util";
import { decode } from "../codec/codec.js";
import { PromiseCache } from "../util/promise-cache.js";

/** Broadcasts that stay decoded. They may be large, and a script seldom alternates between more. */
const MAX_BROADCASTS = 8;

/** What stands in the captured function for the host's `Broadcast`. */
export interface BroadcastView {
  readonly value: unknown;
  readonly digest: string;
}

export class BroadcastCache {
  readonly #views = new PromiseCache<BroadcastView>({ max: MAX_BROADCASTS });

  get(digest: string, fetchBytes: () => Promise<Uint8Array>): Promise<BroadcastView> {
    return this.#views.get(digest, async () => {
      const value = deepFreeze(decode(await fetchBytes()));
      return Object.freeze({ value, digest });
    });
  }
}

/** All but what could not be used frozen; of a Map or Set only what it holds. */
function deepFreeze(root: unknown): unknown {
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || Object.isFrozen(value) || isLeftOpen(value)) continue;
    Object.freeze(value);
    for (const child of childrenOf(value)) pending.push(child);
  }
  return root;
}

/** Views cannot be frozen; a RegExp writes its own `lastIndex`. */
function isLeftOpen(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isRegExp(value);
}

function childrenOf(value: object): unknown[] {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  return value instanceof Error ? hiddenValues(value) : Object.values(value);
}

/** An error's `cause` and `errors` are not enumerable. */
function hiddenValues(error: Error): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(error)).map((one) => one.value);
}
