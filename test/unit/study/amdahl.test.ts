import { expect, it } from "vitest";
import { fitAmdahl } from "../../../src/study/amdahl.js";

const amdahl = (f: number) => (workers: number) => ({ workers, speedUp: 1 / (f + (1 - f) / workers) });

it.each([0, 0.05, 0.5, 1])("finds the serial part %d of points that follow the law", (f) => {
  const fit = fitAmdahl([1, 2, 4, 8].map(amdahl(f)));
  expect(fit?.serialFraction).toBeCloseTo(f, 10);
  expect(fit?.maxSpeedUp).toBe(1 / (fit?.serialFraction as number));
});

it("has no part below 0 for points that are better than perfect, and none for one worker", () => {
  expect(fitAmdahl([{ workers: 2, speedUp: 2.2 }])).toEqual({
    serialFraction: 0,
    maxSpeedUp: Number.POSITIVE_INFINITY,
  });
  expect(fitAmdahl([{ workers: 1, speedUp: 1 }])).toBeUndefined();
});
