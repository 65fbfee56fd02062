/** The matrix and the fuzz are as good as this text of a value: what differs must read differently. */
import { expect, test } from "vitest";
import { describe as textOf } from "./harness/describe.js";

const shared = {};
const cyclic: unknown[] = [];
cyclic.push(cyclic);
class A {}
class B {}

const different: [string, unknown, unknown][] = [
  ["signs of zero", 0, -0],
  ["number and text", 1, "1"],
  ["undefined and null", undefined, null],
  ["a missing key and undefined", {}, { a: undefined }],
  ["a hole and undefined", new Array(1), [undefined]],
  ["order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["identity", [shared, shared], [{}, {}]],
  ["a cycle", cyclic, [[]]],
  ["prototypes", new A(), {}],
  ["classes", new A(), new B()],
  ["null prototype", Object.create(null), {}],
  ["frozen", Object.freeze({ a: 1 }), { a: 1 }],
  ["not extensible", Object.preventExtensions({}), {}],
  ["enumerable", Object.defineProperty({}, "a", { value: 1, writable: true, configurable: true }), { a: 1 }],
  [
    "accessor and value",
    {
      get a() {
        return 1;
      },
    },
    { a: 1 },
  ],
  ["map and object", new Map([["a", 1]]), { a: 1 }],
  [
    "order of a map",
    new Map([
      [1, 1],
      [2, 2],
    ]),
    new Map([
      [2, 2],
      [1, 1],
    ]),
  ],
  ["dates", new Date(1), new Date(2)],
  ["flags", /a/g, /a/],
  ["lastIndex", Object.assign(/a/g, { lastIndex: 1 }), /a/g],
  ["bytes", new Uint8Array([1]), new Uint8Array([2])],
  ["kinds of arrays", new Uint8Array(2), new Int8Array(2)],
  [
    "shared buffers",
    [new Uint8Array(shared8()), new Uint8Array(8)],
    (() => {
      const b = shared8();
      return [new Uint8Array(b), new Uint8Array(b)];
    })(),
  ],
  ["symbols", Symbol.for("a"), Symbol("a")],
  ["symbol keys", { [Symbol.for("a")]: 1 }, { a: 1 }],
  ["error classes", new TypeError("a"), new Error("a")],
  ["causes", new Error("a", { cause: 1 }), new Error("a")],
  ["boxed", Object(1), 1],
  ["names of functions", { f: function a() {} }, { f: function b() {} }],
  ["lengths of functions", (a: unknown) => a, () => 0],
  ["async", { f: async () => {} }, { f: () => {} }],
  ["surrogates", "\ud800", "\ufffd"],
  ["proxies", new Proxy({}, {}), {}],
  ["urls", new URL("http://a/"), new URL("http://b/")],
];

function shared8(): ArrayBuffer {
  return new ArrayBuffer(8);
}

test.each(different)("%s", (_, left, right) => {
  expect(textOf(left)).not.toBe(textOf(right));
});

test("equal values read alike", () => {
  const make = () => ({
    list: [1, -0, Number.NaN],
    map: new Map([["k", new Set([1n])]]),
    at: new Date(3),
    f: (x: number) => x,
  });
  expect(textOf(make())).toBe(textOf(make()));
  expect(textOf(Array.prototype.map)).toBe("%Array.prototype.map%");
});
