/** Recognises built-in prototypes, also those of another realm (a vm context), which are other objects. */

const functionText = Function.prototype.toString;

/** Whether `prototype` is the `prototype` of the built-in class of this name, in this realm or another. */
export function isBuiltinPrototype(prototype: object | null, name: string): boolean {
  if (prototype === null) return false;
  const own = (globalThis as Record<string, unknown>)[name] as { prototype?: unknown } | undefined;
  return prototype === own?.prototype || builtinName(prototype) === name;
}

/** Name of the built-in class whose `prototype` this is. */
export function builtinName(prototype: object): string | undefined {
  const cls = ownData(prototype, "constructor");
  if (typeof cls !== "function" || ownData(cls, "prototype") !== prototype) return undefined;
  if (!functionText.call(cls).includes("[native code]")) return undefined;
  return constructorName(prototype);
}

/** Name of the class whose `prototype` this is, without running a getter. */
export function constructorName(prototype: object): string | undefined {
  const cls = ownData(prototype, "constructor");
  const name = typeof cls === "function" ? ownData(cls, "name") : undefined;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Name of the nearest class that an object belongs to, for messages. */
export function className(value: object): string | undefined {
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const name = constructorName(proto);
    if (name !== undefined) return name;
  }
  return undefined;
}

function ownData(target: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(target, key)?.value;
}

/** Whether an object's prototype is that of plain objects. */
export function isPlainPrototype(prototype: object): boolean {
  if (prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && builtinName(prototype) === "Object";
}

/** Name of a typed array's type, for views of any realm. */
export const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;
