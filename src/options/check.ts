/** How options are checked: each by name, with what it takes and what it got. */
import { OptionError } from "../errors.js";
import { didYouMean } from "../util/did-you-mean.js";

/** What the value should have been; undefined when it is right. */
export type Check = (value: unknown) => string | undefined;

export function integerIn(min: number, max: number, unit = ""): Check {
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `an integer ${range}${unit}`;
}

export function hasMethods(...names: string[]): Check {
  return (value) =>
    names.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === "function")
      ? undefined
      : `an object with the methods ${names.join(", ")}`;
}

export const isBoolean: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");

/** With fractions. */
export function numberIn(min: number, max: number, unit = ""): Check {
  return (value) =>
    typeof value === "number" && value >= min && value <= max ? undefined : `a number from ${min} to ${max}${unit}`;
}

/**
 * Throws `OptionError` for the first option that `checks` does not name or whose value it refuses.
 *
 * @param within the option whose parts these are; empty: they are options themselves
 */
export function checkOptions(where: string, options: object, checks: Record<string, Check>, within = ""): void {
  if (typeof options !== "object" || options === null)
    throw new OptionError("options", `${where} takes its options as an object, but got ${shown(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw noOption(where, name, Object.keys(checks), within);
    const wanted = value === undefined ? undefined : checks[name]?.(value);
    if (wanted !== undefined)
      throw new OptionError(within + name, `Option ${name} of ${where} must be ${wanted}, but is ${shown(value)}.`);
  }
}

/** `within` as for `checkOptions`. */
function noOption(where: string, name: string, known: readonly string[], within = ""): OptionError {
  const hint = `${didYouMean(name, known)}It has: ${known.join(", ")}.`;
  return new OptionError(within + name, `${where} has no option ${name}. ${hint}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number"))
    return `[${value.join(", ")}]`;
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
