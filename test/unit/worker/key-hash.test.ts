import { expect, it } from "vitest";
import { partOfKey } from "../../../src/worker/key-hash.js";

it("keys that a Map takes for the same are in one part, whatever their number", () => {
  for (const parts of [1, 2, 7, 64, 10_000]) {
    expect(partOfKey(-0, parts)).toBe(partOfKey(0, parts));
    expect(partOfKey(Number.NaN, parts)).toBe(partOfKey(0 / 0, parts));
    expect(partOfKey("wörd", parts)).toBe(partOfKey(["w", "ö", "rd"].join(""), parts));
    for (const key of ["", "a", 5, 1n, null, undefined, true, {}]) {
      expect(partOfKey(key, parts)).toBeGreaterThanOrEqual(0);
      expect(partOfKey(key, parts)).toBeLessThan(parts);
    }
  }
});

it("many keys are spread over the parts", () => {
  for (const keyOf of [
    (i: number) => `user-${i}`,
    (i: number) => i,
    (i: number) => String.fromCharCode(97 + (i % 26)) + i,
  ]) {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) counts[partOfKey(keyOf(i), 64)] = (counts[partOfKey(keyOf(i), 64)] as number) + 1;
    // Each has 1,000 in the middle; of a fair draw, none is half as far away as that.
    expect(Math.min(...counts)).toBeGreaterThan(500);
    expect(Math.max(...counts)).toBeLessThan(1500);
  }
});

it("the part of a key is the same on every worker: by FNV-1a of its text, the upper half put on the lower", () => {
  expect(["", "a", "word", 1, null].map((key) => partOfKey(key, 64))).toEqual([25, 32, 37, 16, 35]);
});
