import { ownProperty } from "../own-property.js";
import type { HeapReference, Properties } from "../payload/entry.js";
import { eachProperty } from "../payload/properties.js";
import { defineAll, type Heap, keyIn } from "./values.js";

/** Members of the global object that the last call was given, and what was there before; undefined for nothing. */
const given = new Map<PropertyKey, PropertyDescriptor | undefined>();

/** Gives the next call its global variables, and takes those of the last one away, whatever it has made of them. */
export function giveGlobals(heap: Heap, globals: Properties<HeapReference>): void {
  takeGlobals();
  eachProperty(globals, (key) => {
    const name = keyIn(heap, key);
    given.set(name, ownProperty(globalThis, name));
  });
  defineAll(heap, globalThis, globals);
}

/** Has the global object as it was before: another function's packages must not find what this one's calls were given. */
export function takeGlobals(): void {
  for (const [key, before] of given) {
    if (before) Object.defineProperty(globalThis, key, before);
    else Reflect.deleteProperty(globalThis, key);
  }
  given.clear();
}
