import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkKey, checkPrefix, compareKeys } from "../../../src/stores/keys.js";

describe("checkKey", () => {
  it.each(["a", "a/b", "...", "a/..b", ".a", "😀", "x".repeat(1024), "é".repeat(512)])("takes %j", (key) =>
    expect(() => checkKey(key)).not.toThrow(),
  );

  it.each([
    "",
    "/",
    "a/",
    "/a",
    "a//b",
    ".",
    "..",
    "a/.",
    "../a",
    "a\0",
    "\ud800",
    "a/\udfff",
    "x".repeat(1025),
    "é".repeat(513),
  ])("refuses %j, with the key as a field", (key) =>
    expect(() => checkKey(key)).toThrow(expect.objectContaining({ code: "STORE", key })),
  );
});

describe("checkPrefix", () => {
  it.each(["", "a", "a/", "a/b", ".", "..", "a/.", "jobs/x/results/"])("takes %j", (prefix) =>
    expect(() => checkPrefix(prefix)).not.toThrow(),
  );
  it.each(["/", "../", "./", "a//", "a/../", "/a", "a\0"])("refuses %j", (prefix) =>
    expect(() => checkPrefix(prefix)).toThrow(),
  );
});

it("compareKeys orders as UTF-8 bytes do", () => {
  const key = fc.string({ unit: "binary", maxLength: 8 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      // UTF-8 keeps the order of the code points.
      expect(Math.sign(compareKeys(a, b))).toBe(compareCodePoints(a, b));
      expect(compareKeys(a, b) + compareKeys(b, a)).toBe(0);
    }),
  );
  expect(compareKeys("\uffee", "😀")).toBe(-1);
  expect("\uffee" < "😀").toBe(false);
});

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => Array.from(text, (char) => char.codePointAt(0) as number)) as [
    number[],
    number[],
  ];
  const at = left.findIndex((point, i) => point !== right[i]);
  if (at === -1) return Math.sign(left.length - right.length);
  return Math.sign((left[at] as number) - (right[at] ?? -1));
}
