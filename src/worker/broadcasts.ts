/** Broadcast values by digest: each is decoded once per worker, frozen, and shared by every call that reads it. */
import { decode } from "../codec/codec.js";

/** Broadcasts that stay decoded. They may be large, and a script seldom alternates between more. */
const MAX_BROADCASTS = 8;

/** What stands in the captured function for the host's `Broadcast`. */
export interface BroadcastView {
  readonly value: unknown;
}

export class BroadcastCache {
  readonly #views = new Map<string, Promise<BroadcastView>>();

  get(digest: string, fetchBytes: () => Promise<Uint8Array>): Promise<BroadcastView> {
    const known = this.#views.get(digest);
    if (known) return known;
    const view = fetchBytes().then((bytes) => Object.freeze({ value: deepFreeze(decode(bytes)) }));
    this.#views.set(digest, view);
    view.catch(() => this.#views.delete(digest));
    if (this.#views.size > MAX_BROADCASTS) this.#views.delete(this.#views.keys().next().value as string);
    return view;
  }
}

/** Plain objects, arrays and errors; a Map's entries are frozen, the Map itself cannot be. */
function deepFreeze(root: unknown): unknown {
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) continue;
    Object.freeze(value);
    for (const child of childrenOf(value)) pending.push(child);
  }
  return root;
}

function childrenOf(value: object): unknown[] {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  return value instanceof Set ? [...value] : Object.values(value);
}
