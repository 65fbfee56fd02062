/** `instanceof` for what foreign code threw or gave: never throws, as a proxy's traps may. */
export function isInstance<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}
