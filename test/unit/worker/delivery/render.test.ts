/** What a result is written as, and what is refused. */
import { describe, expect, it } from "vitest";
import { type Rendered, render } from "../../../../src/worker/delivery/render.js";

const delivery = (as: "jsonl" | "csv" | "bytes", hasWriter = false) => ({
  store: { kind: "file" },
  as,
  hasWriter,
});

const textOf = (rendered: Rendered) => Buffer.from("bytes" in rendered ? rendered.bytes : []).toString();
const rowsOf = (rendered: Rendered) => ("rows" in rendered ? rendered.rows.map((row) => Object.fromEntries(row)) : []);

const cycle: { self?: unknown } = {};
cycle.self = [cycle];

describe("JSON lines", () => {
  it.each<[string, unknown, string]>([
    ["a text with a line break", "a\nb", '"a\\nb"\n'],
    ["null", null, "null\n"],
    ["a date, nested", { at: [new Date(0)] }, '{"at":["1970-01-01T00:00:00.000Z"]}\n'],
    ["an instance of a class", new (class Point { x = 1; })(), '{"x":1}\n'], // biome-ignore format: one line a case
    ["a property without a value", { a: undefined, b: 1 }, '{"b":1}\n'],
    ["half of a surrogate pair", "\ud800", '"\\ud800"\n'],
  ])("have %s", (_, value, line) => {
    expect(textOf(render(value, delivery("jsonl")))).toBe(line);
  });

  it.each<[string, unknown, string, RegExp]>([
    ["a Set", { of: [new Set()] }, "result.of[0]", /^result.of\[0\] is a Set, which JSON cannot hold/],
    ["what is no number", [1, 0 / 0], "result[1]", /is NaN/],
    ["a bigint", { "a b": 1n }, 'result["a b"]', /is a bigint, .* String\(value\)/],
    ["bytes", { b: Buffer.from("x") }, "result.b", /as: "bytes"/],
    ["nothing", undefined, "result", /Return null/],
    ["nothing in a list", [undefined], "result[0]", /is undefined/],
    ["a function", { f: () => 1 }, "result.f", /is a function/],
    ["a date that is none", [new Date(Number.NaN)], "result[0]", /an invalid Date/],
    ["what refers to itself", cycle, "result", /refers to itself/],
  ])("refuse %s", (_, value, path, message) => {
    expect(() => render(value, delivery("jsonl"))).toThrow(
      expect.objectContaining({ path, message: expect.stringMatching(message) }),
    );
  });
});

describe("CSV", () => {
  it("has a row for an object, or several for a list", () => {
    expect(rowsOf(render({ a: 1, b: null, c: false, d: "x" }, delivery("csv")))).toEqual([
      { a: "1", b: "", c: "false", d: "x" },
    ]);
    expect(rowsOf(render([{ a: 1n }, { b: 0.5 }], delivery("csv")))).toEqual([{ a: "1" }, { b: "0.5" }]);
    expect(rowsOf(render([], delivery("csv")))).toEqual([]);
  });

  it.each<[unknown, string, RegExp]>([
    [[{ a: 1 }, { a: { b: 1 } }], "result[1].a", /is an object/],
    [{ a: [1] }, "result.a", /is an array/],
    [{ a: new Map() }, "result.a", /is a Map/],
    [[1, 2], "result[0]", /is a number, .* keys name the columns/],
    [undefined, "result", /is undefined/],
    [{}, "result", /without properties/],
    [{ a: "\udc00" }, "result.a", /surrogate/],
  ])("refuses %j", (value, path, message) => {
    expect(() => render(value, delivery("csv"))).toThrow(
      expect.objectContaining({ path, message: expect.stringMatching(message) }),
    );
  });
});

describe("bytes", () => {
  it("are those of a text or a view, as they are now", () => {
    const bytes = Uint8Array.of(1, 65, 66, 3);
    const rendered = render(bytes.subarray(1, 3), delivery("bytes"));
    bytes.fill(0);
    expect(textOf(rendered)).toBe("AB");
    expect(textOf(render("é", delivery("bytes")))).toBe("é");
    expect(textOf(render(Uint8Array.of(67).buffer, delivery("bytes")))).toBe("C");
  });

  it.each([5, null, {}, [1]])("are not %j", (value) => {
    expect(() => render(value, delivery("bytes"))).toThrow(/Return a Uint8Array or a text/);
    expect(() => render(value, delivery("bytes", true))).toThrow(/^The function of the option as gave/);
  });
});
