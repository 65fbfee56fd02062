import { types } from "node:util";
import type { HeapEntry } from "./make.js";
import type { Heap } from "./values.js";

const bufferOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "buffer")?.get;

/**
 * Tells when a call gets at the memory of a typed array that calls share. No captured code names `buffer` for it, but a
 * computed key may. Returns whether there is any such array.
 */
export function watchMemory(heap: readonly HeapEntry[], shared: Heap, onExposed: () => void): boolean {
  let isAny = false;
  for (const [id, { kind, isShared }] of heap.entries()) {
    const value = shared[id];
    if (kind !== "view" || !isShared || !types.isTypedArray(value)) continue;
    isAny = true;
    Object.defineProperty(value, "buffer", {
      configurable: true,
      get(this: object) {
        onExposed();
        return bufferOf?.call(this);
      },
    });
  }
  return isAny;
}
