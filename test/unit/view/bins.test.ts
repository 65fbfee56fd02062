import { expect, it } from "vitest";
import { binsOf } from "../../../src/view/bins.js";

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

it("counts each number once, in bins of one width", () => {
  const { bounds, counts, isLog } = binsOf([1, 1, 2, 3, 4, 5, 6, 9]);
  expect({ isLog, counts, bounds }).toEqual({ isLog: false, counts: [3, 2, 2, 1], bounds: [1, 3, 5, 7, 9] });
});

it("has bins that grow by a factor where the largest number is far from the smallest", () => {
  const numbers = Array.from({ length: 1000 }, (_, i) => 0.1 * 1.01 ** i);
  const { bounds, counts, isLog } = binsOf(numbers);
  const factors = counts.map((_, i) => (bounds[i + 1] as number) / (bounds[i] as number));
  expect(isLog).toBe(true);
  expect(sum(counts)).toBe(1000);
  expect(Math.max(...factors) / Math.min(...factors)).toBeCloseTo(1, 6);
});

it.each([[[]], [[7]], [[7, 7, 7]], [[0, 0, 500]]])("takes %j", (numbers) => {
  const { bounds, counts } = binsOf(numbers);
  expect(sum(counts)).toBe(numbers.length);
  expect(bounds.every(Number.isFinite)).toBe(true);
});
