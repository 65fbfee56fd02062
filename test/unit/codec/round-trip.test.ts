import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/codec/codec.js";
import { assertSame } from "./same.js";

function there<T>(value: T): T {
  return decode(encode(value)) as T;
}

const shared = { deep: [1] };
const sparse: unknown[] = [1, undefined, 3];
sparse.length = 5;
const withProperty = Object.assign([1, 2], { label: "x" });
const mapWithProperty = Object.assign(new Map([["a", 1]]), { label: "x" });
const numberBox = Object(1.5);
const long = Array.from({ length: 100 }, (_, i) => `line ${i}`);

const values: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  booleans: [true, false],
  "small integers": [0, 1, 127, 128, -1, -128, 255, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53],
  doubles: [1.5, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE],
  "negative zero alone": -0,
  bigints: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 200n), 255n ** 31n],
  strings: ["", "a", "é", "x".repeat(31), "x".repeat(32), "x".repeat(5000), "é".repeat(300), "日本語", "😀", "\0"],
  "lone surrogates": ["\ud800", "a\udc00b", `${"x".repeat(50)}\udfff`],
  "plain object": { a: 1, "odd key": { 2: "two", "": 0 } },
  "special keys": JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'),
  "no prototype": Object.assign(Object.create(null), { a: 1, b: Object.create(null) }),
  "many keys": Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i])),
  "many shapes": Array.from({ length: 100 }, (_, i) => ({ [`k${i % 40}`]: i, [`l${i % 13}`]: i })),
  "keys with zeroes": [...Array(40).keys()].map((i) =>
    i % 2 ? { [`a\0b${i >> 1}`]: 1 } : { a: 1, [`b${i >> 1}`]: 2 },
  ),
  "too many shapes": Array.from({ length: 5000 }, (_, i) => ({ [`k${i}`]: i })),
  arrays: [[], [[]], [undefined, null], long],
  "packed arrays": [
    Array(40).fill(-7),
    Array(40).fill(300),
    Array(40).fill(1e6),
    Array(40).fill(-0),
    Array(40).fill(0.1),
  ],
  "a sparse array": sparse,
  "a very sparse array": Object.assign([], { length: 4294967295, 4294967290: "x", 7: undefined }),
  "a long array with a hole": Object.assign([...long], { length: 120 }),
  "an array with a property": withProperty,
  "a long array with a property": Object.assign([...long], { label: { x: 1 } }),
  "a regexp match": /b(?<rest>.)/.exec("abc"),
  dates: [new Date(0), new Date(NaN), new Date(8.64e15)],
  regexps: [/a/, /[/\n]é/giu, Object.assign(/x/g, { lastIndex: 3 }), /(?:)/],
  maps: [
    new Map(),
    new Map<unknown, unknown>([
      [NaN, -0],
      [{ a: 1 }, new Map([[1, 2]])],
    ]),
    mapWithProperty,
  ],
  sets: [new Set(), new Set([1, "1", { a: 1 }, undefined])],
  boxes: [numberBox, Object("é"), Object(true), Object(5n), Object(-0)],
  urls: [new URL("https://user:pw@example.com:8080/a?b=c#d"), new URLSearchParams("a=1&a=2&b=%20")],
  "shared references": [shared, shared, { again: shared }, [shared.deep]],
  "many shared references": Array.from({ length: 60 }, (_, i) => ({ i, shared })),
};

describe("encode and decode", () => {
  it.each(Object.entries(values))("carries %s", (_name, value) => assertSame(there(value), value));

  it("carries cycles of every container", () => {
    const object: Record<string, unknown> = {};
    object.self = object;
    const array: unknown[] = [object];
    array.push(array);
    const map = new Map<unknown, unknown>();
    map.set(map, array);
    const set = new Set<unknown>([map]);
    set.add(set);
    const error = new Error("loop", { cause: set });
    Object.assign(error, { error });
    const root = { object, array, map, set, error };
    assertSame(there(root), root);
  });

  it("carries a hole in a long array that samples miss", () => {
    const array: unknown[] = Array.from({ length: 1000 }, (_, i) => i);
    delete array[500];
    assertSame(there(array), array);
    assert.ok(!(500 in there(array)));
  });

  it("carries frozen values as plain ones", () => {
    const frozen = Object.freeze({ a: Object.freeze([1]) });
    expect(there(frozen)).toEqual(frozen);
    expect(Object.isFrozen(there(frozen))).toBe(false);
  });

  it("takes values of another realm for what they are", () => {
    const code =
      "({ a: [1, , 2], m: new Map([[1, new Date(5)]]), r: /x/g, e: new RangeError('no'), t: new Float32Array(2) })";
    const value = there(runInNewContext(code));
    expect(value).toEqual({
      a: [1, undefined, 2],
      m: new Map([[1, new Date(5)]]),
      r: /x/g,
      e: new RangeError("no"),
      t: new Float32Array(2),
    });
    expect(value.e).toBeInstanceOf(RangeError);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("carries toJSON-less and toJSON-ful objects alike", () => {
    expect(there({ toJSON: 1 })).toEqual({ toJSON: 1 });
  });

  it("carries what is nested 100,000 deep, of every container", () => {
    for (const wrap of [
      (x: unknown) => ({ x }),
      (x: unknown) => [x],
      (x: unknown) => new Map([[1, x]]),
      (x: unknown) => new Set([x]),
    ]) {
      let value: unknown = "bottom";
      for (let i = 0; i < 100_000; i++) value = wrap(value);
      let depth = 0;
      for (let at = there(value); at !== "bottom"; depth++) at = inside(at);
      expect(depth).toBe(100_000);
    }
  });

  it("keeps sharing and order among what lies deep", () => {
    let value: unknown = shared;
    for (let i = 0; i < 500; i++) value = { i, left: value, right: i % 100 === 0 ? shared : [i, { i }], after: i };
    assertSame(there(value), value);
  });

  it("writes the same bytes for the same value, also after a refusal", () => {
    const before = encode(values["shared references"]);
    expect(() => encode([{}, values.strings, () => 1])).toThrow();
    expect(encode(values["shared references"])).toEqual(before);
  });
});

function inside(value: unknown): unknown {
  if (value instanceof Map) return value.get(1);
  if (value instanceof Set) return [...value][0];
  return Array.isArray(value) ? value[0] : (value as { x: unknown }).x;
}
