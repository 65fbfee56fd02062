import type { HeapReference, PartlyLoadedEntry } from "../payload/entry.js";
import { type LoadFile, loaderOf } from "./load-beside.js";
import type { Fill, Make } from "./make.js";
import { objectIn, type Value, valueIn } from "./values.js";

/** What a `require` gives at once, by specifier. */
const loadedBy = new WeakMap<object, Map<string, unknown>>();

export function makePartlyLoaded({ others, files }: PartlyLoadedEntry<HeapReference>): Make {
  return (heap) => {
    const native = objectIn<NodeJS.Require>(heap, others);
    const exports = files && objectIn<Map<string, unknown>>(heap, files.exports);
    const load: LoadFile = files && exports ? loaderOf({ ...files, exports }, native) : native;
    const loaded = new Map<string, unknown>();
    const require = (specifier: string): unknown => (loaded.has(specifier) ? loaded.get(specifier) : load(specifier));
    loadedBy.set(require, loaded);
    const { resolve, cache, main } = native;
    return Object.assign(require, { resolve, cache, main });
  };
}

export function fillPartlyLoaded({ loaded }: PartlyLoadedEntry<HeapReference>): Fill {
  return (heap, target) => {
    for (let at = 0; at < loaded.length; at += 2)
      loadedBy.get(target)?.set(loaded[at] as string, valueIn(heap, loaded[at + 1] as Value));
  };
}
