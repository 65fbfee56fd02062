import { expect, it } from "vitest";
import { confidence } from "../../../src/study/confidence.js";

it("is an interval of Student's t around the mean", () => {
  // Deviation 1 of three numbers: 4.303 / √3.
  const { mean, low, high } = confidence([1, 2, 3]);
  expect(mean).toBe(2);
  expect(high - mean).toBeCloseTo(2.484, 3);
  expect(mean - low).toBeCloseTo(2.484, 3);
});

it("of many numbers is that of the normal distribution, and of one number the number", () => {
  const many = Array.from({ length: 100 }, (_, i) => i % 2);
  expect(confidence(many).high - 0.5).toBeCloseTo((1.96 * 0.5025) / 10, 4);
  expect(confidence([7])).toEqual({ mean: 7, low: 7, high: 7 });
});
