/** Properties that are not enumerable travel as what they are, as the rows that readers of spreadsheets give have them. */
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { assertSame } from "./same.js";

class Row {
  cells = [1];
}
const classes = new ClassRegistry();
classes.register(Row);

const there = <T>(value: T): T => decode(encode(value, { classes }), { classes }) as T;
const numbered = <T extends object>(owner: T, value: unknown = 7): T =>
  Object.defineProperty(owner, "__rowNum__", { value, writable: true, configurable: true });
const long = (length: number) => Array.from({ length }, (_, i) => i);

describe("hidden properties", () => {
  it.each<[string, object]>([
    ["of an object", numbered({ name: "ann" })],
    ["of an empty object", numbered({})],
    ["of an object without a prototype", numbered(Object.assign(Object.create(null), { a: 1 }))],
    ["of an object with very many keys", numbered(Object.fromEntries(long(100).map((i) => [`key ${i}`, i])))],
    [
      "under a key of Object.prototype",
      Object.defineProperty({ a: 1 }, "toString", { value: 1, writable: true, configurable: true }),
    ],
    ["of an array", numbered([1, 2])],
    ["of a long array of numbers", numbered(long(50))],
    ["of a long array of objects", numbered(long(5000).map((i) => ({ i })))],
    ["of a Map", numbered(new Map([["a", 1]]))],
    ["of a Set", numbered(new Set([1]))],
    ["of an error", numbered(new Error("m"))],
    ["of an instance of a registered class", numbered(new Row())],
    ["that hold objects", numbered({ a: 1 }, { deep: [new Date(0)] })],
    ["that lead back", numbered(numbered({ a: 1 }), numbered({ b: 2 }))],
  ])("%s", (_name, value) => {
    assertSame(there(value), value);
  });

  it("of one row are not those of the others, which have the same keys", () => {
    const plain = { a: 1, b: 2 };
    const half = Object.defineProperty({ a: 1 }, "b", { value: 2, writable: true, configurable: true });
    assertSame(there([plain, half, { ...plain }]), [plain, half, { ...plain }]);
  });

  it("lie as deep as others do", () => {
    let value: object = numbered({ end: true });
    for (let i = 0; i < 500; i++) value = numbered({ i }, value);
    assertSame(there(value), value);
  });

  it("are found in long arrays whatever the program prefers to see of them", () => {
    const { defaultOptions } = inspect;
    const before = { ...defaultOptions };
    Object.assign(defaultOptions, { showHidden: false, numericSeparator: true, compact: false, colors: true });
    try {
      for (const array of [long(2000), numbered(long(2000))]) assertSame(there(array), array);
      expect(encode(long(2000)).length).toBeLessThan(4100);
    } finally {
      Object.assign(defaultOptions, before);
    }
  });
});
