/** Members of built-in objects that the language asks for by itself, where the program put its own. */
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { load } from "../../../../../src/capture/rebuild/rebuild.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";

/** The path of the refusal while a member is patched; vitest itself must not come upon the patch. */
function refusal(owner: object, key: PropertyKey, patch: PropertyDescriptor, fn: Callable): string {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { configurable: true, ...patch });
  try {
    capture(fn);
    return "no refusal";
  } catch (error) {
    return String((error as Loose).path);
  } finally {
    if (before) Object.defineProperty(owner, key, before);
    else Reflect.deleteProperty(owner, key);
  }
}

const method = { value: () => "mine", writable: true };
const { stringify } = JSON;

describe("a patch is refused where the code may come upon it unwritten", () => {
  it.each<[string, object, PropertyKey, PropertyDescriptor, Callable]>([
    ["BigInt.prototype.toJSON", BigInt.prototype, "toJSON", method, () => JSON.stringify({ a: 1 })],
    ["toJSON by another name", Map.prototype, "toJSON", method, () => stringify({ a: 1 })],
    ["Date.prototype.toISOString", Date.prototype, "toISOString", method, () => JSON.stringify(new Date(0))],
    ["an iterator", Number.prototype, Symbol.iterator, method, (n: Loose) => [...n]],
    ["an iterator in a pattern", Number.prototype, Symbol.iterator, method, ([first]: Loose) => first],
    ["valueOf", Date.prototype, "valueOf", method, (a: Loose) => a - 1],
    ["toString", Date.prototype, "toString", method, (a: Loose) => `${a}`],
    ["Symbol.toPrimitive", Map.prototype, Symbol.toPrimitive, method, (a: Loose) => a + 1],
    ["then", Date.prototype, "then", method, async (a: Loose) => await a],
    ["Symbol.hasInstance", Map, Symbol.hasInstance, method, (a: Loose) => a instanceof Map],
    ["Symbol.species", Promise, Symbol.species, { get: () => Object }, (a: Loose) => a.then(1)],
    ["constructor", Promise.prototype, "constructor", { value: class {} }, async () => 1],
    ["exec", RegExp.prototype, "flags", { get: () => "g" }, (a: string) => a.replace(/b/, "")],
    ["Symbol.split", Number.prototype, Symbol.split, method, (a: Loose, b: Loose) => a.split(b)],
    ["prepareStackTrace", Error, "prepareStackTrace", method, () => new Error("x").stack],
    [
      "Symbol.asyncIterator",
      Array.prototype,
      Symbol.asyncIterator,
      method,
      async (a: Loose) => {
        for await (const one of a) return one;
      },
    ],
    [
      "for … in",
      Object.prototype,
      "wrenListed",
      { value: 1, enumerable: true, writable: true },
      (a: Loose) => {
        for (const key in a) return key;
      },
    ],
    ["Set.prototype.add", WeakSet.prototype, "add", method, (a: Loose) => new WeakSet(a)],
  ])("%s", (_, owner, key, patch, fn) => {
    expect(refusal(owner, key, patch, fn)).toContain(typeof key === "symbol" ? `[${key.description}]` : `.${key}`);
  });
});

describe("a patch is not refused where the code cannot come upon it", () => {
  it.each<[string, object, PropertyKey, PropertyDescriptor, Callable]>([
    ["toJSON without JSON", BigInt.prototype, "toJSON", method, (x: number) => `${x}` + [1, 2].join()],
    ["an iterator without a list", Number.prototype, Symbol.iterator, method, (x: number) => x * 2],
    ["toString of dates in reckoning", Date.prototype, "toString", method, (x: number) => x * 2],
    ["prepareStackTrace without a stack", Error, "prepareStackTrace", method, () => new Error("m").message],
    [
      "a hidden member of all objects",
      Object.prototype,
      "wrenHidden",
      { value: 1 },
      (a: Loose) => {
        for (const key in a) return key;
      },
    ],
  ])("%s", (_, owner, key, patch, fn) => {
    expect(refusal(owner, key, patch, fn)).toBe("no refusal");
  });
});

it("what the hint says works: a setup that puts it there, and not the program", async () => {
  const toText = function (this: bigint) {
    return String(this);
  };
  expect(refusal(BigInt.prototype, "toJSON", { value: toText }, () => JSON.stringify({ a: 7n }))).not.toBe(
    "no refusal",
  );
  const setup = capture(
    () => {
      (BigInt.prototype as Loose).toJSON = toText;
    },
    { setupBefore: new Set() },
  );
  const fn = capture(() => JSON.stringify({ a: 7n }));
  const programs = [await load(setup.bytes), await load(fn.bytes)];
  try {
    expect(programs.map((one) => one.instantiate().fn())).toEqual([undefined, '{"a":"7"}']);
  } finally {
    Reflect.deleteProperty(BigInt.prototype, "toJSON");
  }
});
