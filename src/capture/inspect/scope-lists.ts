import { realValueOf, realValuesOf } from "./connection.js";

/** Lists of scopes by their ids, until objects are released. */
const lists = new Map<string, unknown>();
/** Ids of those that the engine has told of, and that were not read yet. */
const expected = new Set<string>();

/** That a list will probably be asked for. */
export function expectScopes(objectId: string): void {
  expected.add(objectId);
}

/** A list of scopes. With the first, all that are expected are read: to ask for one takes as long as to ask for many. */
export function scopeList(objectId: string): unknown {
  if (expected.has(objectId)) readAll(objectId);
  return lists.has(objectId) ? lists.get(objectId) : realValueOf(objectId);
}

export function forgetScopes(): void {
  lists.clear();
  expected.clear();
}

/** Those of other contexts cannot be read together with it. */
function readAll(first: string): void {
  const ids = [...expected].filter((id) => worldOf(id) === worldOf(first));
  const values = realValuesOf(ids);
  for (const [index, id] of ids.entries()) {
    lists.set(id, values[index]);
    expected.delete(id);
  }
}

/** The engine's ids end with the object's number in its context. */
function worldOf(objectId: string): string {
  return objectId.slice(0, objectId.lastIndexOf("."));
}
