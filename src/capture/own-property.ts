/** An object's own property, described by an object that inherits nothing: programs give members to all objects. */
export function ownProperty(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  const found = Object.getOwnPropertyDescriptor(target, key);
  return found && Object.setPrototypeOf(found, null);
}

/** What code gets that reads a property: getters are run, and prototypes asked. */
export function readProperty(from: object, key: PropertyKey): unknown {
  return (from as Record<PropertyKey, unknown>)[key];
}

/** The same, where a getter may throw: then there is nothing to read. */
export function tryProperty(from: object, key: PropertyKey): unknown {
  try {
    return readProperty(from, key);
  } catch {
    return undefined;
  }
}
