import type { Loose } from "../types.js";

/** A built-in getter as a function of the object, whatever the object's own class makes of the name. */
export function getterOf(prototype: object, key: PropertyKey): (value: object) => Loose {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  return (value) => get && Reflect.apply(get, value, []);
}
