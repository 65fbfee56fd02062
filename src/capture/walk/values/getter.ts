/** A built-in getter as a function of the object, whatever the object's own class makes of the name. */
export function getterOf<T>(prototype: object, key: PropertyKey): (value: object) => T {
  const get = Object.getOwnPropertyDescriptor(prototype, key)?.get;
  return (value) => (get && Reflect.apply(get, value, [])) as T;
}
