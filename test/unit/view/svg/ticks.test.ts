import { expect, it } from "vitest";
import { numberText, ticksTo, timeAxis } from "../../../../src/view/svg/ticks.js";

it("has ticks at round numbers", () => {
  expect(ticksTo(1)).toEqual([0, 0.2, 0.4, expect.closeTo(0.6, 10), 0.8, 1]);
  expect(ticksTo(87)).toEqual([0, 20, 40, 60, 80]);
  expect(ticksTo(2, 6, true)).toEqual([0, 1, 2]);
  expect(ticksTo(0)).toEqual([0]);
});

it("tells them without rounding errors, in one unit", () => {
  expect(numberText(0.1 + 0.2)).toBe("0.3");
  expect(numberText(12_000)).toBe("12,000");
  const { label, ticks } = timeAxis("time", 4000);
  expect(label).toBe("time, s");
  expect(ticks.map(({ at, text }) => [at, text]).at(-1)).toEqual([4000, "4"]);
});
