import { internalsOf, unwrap } from "./look.js";

/** An entry of a WeakMap; of a WeakSet, `value` is undefined. */
export interface WeakEntry {
  key: object | symbol;
  value: unknown;
}

/** What the engine holds for a WeakMap or WeakSet right now, in no certain order: no code of the program's can list it. */
export function weakEntriesOf(collection: object): WeakEntry[] {
  const listed = unwrap(internalsOf(collection).get("[[Entries]]")) as ArrayLike<object> | undefined;
  return Array.from(listed ?? [], (entry) => {
    // The engine makes an object of each entry, whose own properties are all that tells of it.
    const { key, value } = entry as { key?: object; value?: unknown };
    return Object.hasOwn(entry, "key") ? { key: key as object, value } : { key: value as object, value: undefined };
  });
}
