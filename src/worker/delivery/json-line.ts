/** A result as a line of JSON, or refused where JSON would lose something of it without a word. */
import { types } from "node:util";
import { Unfit, unfit } from "./unfit.js";

/** Taken at load: the user's function may replace the global one. */
const toJson = JSON.stringify;

const FORM = "JSON";

/** What JSON writes as `{}`, or as something that does not read back as it was. */
const LOST: readonly [is: (value: object) => boolean, what: string][] = [
  [types.isMap, "a Map"],
  [types.isSet, "a Set"],
  [types.isRegExp, "a RegExp"],
  [types.isNativeError, "an Error"],
  [types.isPromise, "a Promise"],
  [types.isWeakMap, "a WeakMap"],
  [types.isWeakSet, "a WeakSet"],
  [types.isAnyArrayBuffer, "an ArrayBuffer"],
];

/** Throws `Unfit`, and what a `toJSON()` of the value throws. */
export function jsonLine(value: unknown): string {
  const paths = new Map<unknown, string>();
  let wrong: Unfit | undefined;
  // No arrow: JSON gives what holds a value as `this`.
  const check = function (this: Record<string, unknown>, key: string, given: unknown): unknown {
    const holder = paths.get(this);
    const path = holder === undefined ? "result" : holder + stepOf(this, key);
    wrong ??= faultOf(path, this[key], given, Array.isArray(this) || holder === undefined);
    if (typeof given === "object" && given !== null) paths.set(given, path);
    return wrong ? null : given;
  };
  let line: string;
  try {
    line = toJson(value, check);
  } catch (error) {
    // What JSON itself refuses, but for a bigint, which is found here.
    if (error instanceof TypeError && /circular/.test(error.message))
      throw new Unfit("result", "The result refers to itself, which JSON cannot write. Return what can be written.");
    throw error;
  }
  if (wrong) throw wrong;
  return `${line}\n`;
}

function stepOf(holder: object, key: string): string {
  if (Array.isArray(holder)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${toJson(key)}]`;
}

/**
 * @param original what is there
 * @param given what its `toJSON()` made of it
 * @param isNeeded whether something must stand there; a property without a value is left out by JSON, as by everybody
 */
function faultOf(path: string, original: unknown, given: unknown, isNeeded: boolean): Unfit | undefined {
  if (given === undefined) return isNeeded ? unfit(path, "undefined", FORM, "Return null instead.") : undefined;
  if (typeof given === "function") return unfit(path, "a function", FORM);
  if (typeof given === "symbol") return unfit(path, "a symbol", FORM);
  if (typeof given === "bigint") return unfit(path, "a bigint", FORM, "Return it as text: String(value).");
  if (typeof given === "number" && !Number.isFinite(given))
    return unfit(path, String(given), FORM, "Return null or a text instead.");
  if (types.isDate(original) && given === null) return unfit(path, "an invalid Date", FORM);
  if (ArrayBuffer.isView(original)) return unfit(path, "binary", FORM, 'Return it as text, or write it as: "bytes".');
  const lost = typeof given === "object" && given !== null && LOST.find(([is]) => is(given));
  return lost ? unfit(path, lost[1], FORM, "Return an array or a plain object instead.") : undefined;
}
