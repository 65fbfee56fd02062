import { expect, it } from "vitest";
import { mostAtOnce, timeCovered } from "../../../src/job/at-once.js";

const intervals = (...pairs: [number, number][]) => pairs.map(([from, to]) => ({ from, to }));

it("counts intervals that hold one moment; one that ends as another begins is not beside it", () => {
  expect(mostAtOnce([])).toBe(0);
  expect(mostAtOnce(intervals([0, 1], [1, 2], [2, 3]))).toBe(1);
  expect(mostAtOnce(intervals([5, 9], [0, 6], [1, 2], [4, 5]))).toBe(2);
  expect(mostAtOnce(intervals([0, 9], [1, 9], [2, 9], [9, 10]))).toBe(3);
});

it("adds up the time in which at least one runs", () => {
  expect(timeCovered([])).toBe(0);
  expect(timeCovered(intervals([5, 9], [0, 1], [6, 7], [8, 12]))).toBe(8);
});
