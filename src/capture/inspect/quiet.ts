import { types } from "node:util";
import { ownProperty } from "../own-property.js";
import type { Callable } from "../types.js";
import { functionText } from "./function-text.js";

/**
 * The inspector describes each value that it hands out, and asks the value itself for that: an error for its stack and
 * message, a date for its text, an object that has a `splice` for its own `length`. Where code of the program would
 * answer, that code is put aside while `ask` runs.
 */
export function quietly<T>(values: Iterable<unknown>, ask: () => T): T {
  const restore: (() => void)[] = [];
  try {
    for (const value of values) hush(value, restore);
    return ask();
  } finally {
    for (const one of restore.reverse()) one();
  }
}

/** What the inspector describes when it lists the properties of an object. */
export function* describedWith(value: object): Generator<unknown> {
  yield value;
  if (types.isProxy(value)) return;
  yield Object.getPrototypeOf(value);
  for (const key of describedKeys(value)) yield Object.getOwnPropertyDescriptor(value, key)?.value;
}

/**
 * Whether a property tells who called a function, and with what: the engine keeps it for functions that are not strict, and
 * goes through all calls that wait to give it. Those of the program come after the engine's.
 */
export function isOfCalls(fn: object, keys: readonly PropertyKey[], key: PropertyKey): boolean {
  if (typeof fn !== "function" || (key !== "caller" && key !== "arguments")) return false;
  return keys.indexOf(key) < keys.indexOf("prototype") && isFixed(fn);
}

function isFixed(fn: object): boolean {
  return Object.getOwnPropertyDescriptor(fn, "prototype")?.configurable === false;
}

const LONG = 4096;

/** Elements are not described, and the keys of many take long to list. */
function describedKeys(value: object): PropertyKey[] {
  const isLong = Array.isArray(value) ? value.length >= LONG : ArrayBuffer.isView(value);
  if (isLong) return Object.getOwnPropertySymbols(value);
  const keys = Reflect.ownKeys(value);
  return typeof value === "function" ? keys.filter((key) => !isOfCalls(value, keys, key)) : keys;
}

function hush(value: unknown, restore: (() => void)[]): void {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return;
  for (const key of keysAskedFor(value)) {
    const found = ownerOf(value, key);
    if (!found?.own.configurable || !isOfProgram(found.own.get ?? found.own.value)) continue;
    const { holder, own } = found;
    // Without a prototype, as programs may have given one to all objects that such a description would inherit from.
    const hidden = { __proto__: null, value: undefined, configurable: true, enumerable: own.enumerable === true };
    Object.defineProperty(holder, key, hidden);
    restore.push(() => Object.defineProperty(holder, key, own));
  }
}

const OF_ERRORS = ["stack", "message", "name", "cause"];
const OF_DATES = [Symbol.toPrimitive, "toString", "valueOf"];

function keysAskedFor(value: object): readonly PropertyKey[] {
  if (types.isNativeError(value)) return OF_ERRORS;
  if (types.isDate(value)) return OF_DATES;
  if (Array.isArray(value)) return [];
  return Object.hasOwn(value, "length") ? ["splice", "length"] : ["splice"];
}

function ownerOf(value: object, key: PropertyKey): { holder: object; own: PropertyDescriptor } | undefined {
  for (let holder: object | null = value; holder && !types.isProxy(holder); holder = Object.getPrototypeOf(holder)) {
    const own = ownProperty(holder, key);
    if (own) return { holder, own };
  }
  return undefined;
}

/** Whether the value is a function that is not the engine's own. */
function isOfProgram(value: unknown): value is Callable {
  if (typeof value !== "function") return false;
  return types.isProxy(value) || !/^function [^(]*\(\) \{ \[native code\] \}$/.test(functionText(value));
}
