import { countNamed } from "../../inspect/look.js";

/** Listing the keys of a long array takes longer than all else, so it is asked first whether it has any but elements. */
const LONG = 4096;

/** Own keys of an object that has elements at the indices below `length`, without those. */
export function keysBesideElements(value: object, length: number): PropertyKey[] {
  if (length >= LONG && countNamed(value) === 0) return [];
  return Reflect.ownKeys(value).filter((key) => !isIndexBelow(key, length));
}

/** Only what an index reads as written out is one: "01" is the name of a property. */
function isIndexBelow(key: PropertyKey, length: number): boolean {
  if (typeof key !== "string") return false;
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < length && String(index) === key;
}
