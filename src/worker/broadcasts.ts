/** Broadcast values by digest: each is decoded once per worker, frozen, and shared by every call that reads it. */
import { types } from "node:util";
import { decode } from "../codec/codec.js";

/** Broadcasts that stay decoded. They may be large, and a script seldom alternates between more. */
const MAX_BROADCASTS = 8;

/** What stands in the captured function for the host's `Broadcast`. */
export interface BroadcastView {
  readonly value: unknown;
  readonly digest: string;
}

export class BroadcastCache {
  readonly #views = new Map<string, Promise<BroadcastView>>();

  get(digest: string, fetchBytes: () => Promise<Uint8Array>): Promise<BroadcastView> {
    const known = this.#views.get(digest);
    if (known) return known;
    const view = fetchBytes().then((bytes) => Object.freeze({ value: deepFreeze(decode(bytes)), digest }));
    this.#views.set(digest, view);
    view.catch(() => this.#views.delete(digest));
    if (this.#views.size > MAX_BROADCASTS) this.#views.delete(this.#views.keys().next().value as string);
    return view;
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
