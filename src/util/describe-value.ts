/** Any value as text for a message; never throws, whatever a foreign value does. */
export function textOf(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return `a value of type ${typeof value} that cannot be shown as text`;
  }
}
