import { expect, it } from "vitest";
import { keyPattern } from "../../../src/inputs/key-pattern.js";

const KEYS = ["a", "a/", "a/b", "a/b.csv", "a/c/d.csv", "ab.csv", "x(1)+y@z!.csv", ".hidden/a.csv", "é/ü.csv"];

it.each<[string, string[]]>([
  ["", KEYS],
  ["a", ["a"]],
  ["a/", ["a/", "a/b", "a/b.csv", "a/c/d.csv"]],
  ["a*", ["a", "a/", "a/b", "a/b.csv", "a/c/d.csv", "ab.csv"]],
  ["a/*", ["a/", "a/b", "a/b.csv", "a/c/d.csv"]],
  ["a/*.csv", ["a/b.csv"]],
  ["a/**/*.csv", ["a/b.csv", "a/c/d.csv"]],
  ["**/*.csv", ["a/b.csv", "a/c/d.csv", "ab.csv", "x(1)+y@z!.csv", ".hidden/a.csv", "é/ü.csv"]],
  ["[ab]/?.csv", ["a/b.csv"]],
  ["{a/b,ab}.csv", ["a/b.csv", "ab.csv"]],
  ["?/c/*", ["a/c/d.csv"]],
  ["?/*", ["a/b", "a/b.csv", "a/c/d.csv", "é/ü.csv"]],
  ["x+y@z!.csv", []],
  ["é/", ["é/ü.csv"]],
])("%j means the keys that it should", async (pattern, expected) => {
  const { prefix, isWanted } = await keyPattern(pattern);
  const found = KEYS.filter(isWanted);
  expect(found.filter((key) => !key.endsWith("/"))).toEqual(expected.filter((key) => !key.endsWith("/")));
  expect(found.filter((key) => !key.startsWith(prefix))).toEqual([]);
});

it("a plain key is one, also with what is special in globs only in company", async () => {
  expect(await keyPattern("a+b@c.csv")).toMatchObject({ isExact: true, prefix: "a+b@c.csv" });
});
