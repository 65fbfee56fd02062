/** How `console.log` shows objects of ours: by the class's name, with what tells one from another. */
import type { InspectOptions, inspect } from "node:util";

/** As `util.inspect.custom`, which is this symbol. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** What a method of that name is given. */
export type InspectArguments = [depth: number, options: InspectOptions, inspect: typeof inspect];

/** Fields that are undefined are left out. */
export function inspected(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  [depth, options, show]: InspectArguments,
): string {
  if (depth < 0) return `[${name}]`;
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return `${name} ${show(Object.fromEntries(known), options)}`;
}
