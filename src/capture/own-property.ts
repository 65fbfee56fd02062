/** An object's own property, described by an object that inherits nothing: programs give members to all objects. */
export function ownProperty(target: object, key: PropertyKey): PropertyDescriptor | undefined {
  const found = Object.getOwnPropertyDescriptor(target, key);
  return found && Object.setPrototypeOf(found, null);
}
