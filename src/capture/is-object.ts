/** Whether a value has an identity and properties: an object or a function, and so not null. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
