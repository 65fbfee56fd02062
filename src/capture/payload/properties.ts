import type { Key, Properties, PropertyValue } from "./entry.js";

/** Adds a property to a list of them. */
export function addProperty<Ref>(list: Properties<Ref>, key: Key<Ref>, value: PropertyValue<Ref>): void {
  list.push(key, value);
}

/** Calls `visit` for each property of a list, in order. */
export function eachProperty<Ref>(
  list: Properties<Ref> | undefined,
  visit: (key: Key<Ref>, value: PropertyValue<Ref>) => void,
): void {
  for (let index = 0; index < (list?.length ?? 0); index += 2)
    visit(list?.[index] as Key<Ref>, list?.[index + 1] as PropertyValue<Ref>);
}

/** The parts of a property that has flags; undefined for a plain value. */
export function flagged<Ref>(
  value: PropertyValue<Ref>,
): Extract<PropertyValue<Ref>, readonly ["data" | "accessor", ...unknown[]]> | undefined {
  const hasFlags = Array.isArray(value) && (value[0] === "data" || value[0] === "accessor");
  return hasFlags ? (value as Extract<PropertyValue<Ref>, readonly ["data" | "accessor", ...unknown[]]>) : undefined;
}
