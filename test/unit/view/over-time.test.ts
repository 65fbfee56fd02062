import { expect, it } from "vitest";
import { callTable } from "../../../src/view/call-table.js";
import { overTime, speedUpOverTime } from "../../../src/view/over-time.js";
import { sampleReport } from "./sample-report.js";

const times = overTime(callTable(sampleReport()), 80, 8);
/** Sums leave a rounding error. */
const rounded = (numbers: Float64Array) => Array.from(numbers, (number) => Number(number.toFixed(9)));

it("counts calls that are done, and those that run at once", () => {
  expect([...times.at]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
  expect([...times.done]).toEqual([0, 0, 0, 1, 2, 4, 5, 5, 5]);
  expect([...times.failed]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
  expect(rounded(times.atOnce)).toEqual([0, 0, 0, 1, 3, 2, 1, 0, 0]);
});

it("counts parts of a step", () => {
  const { atOnce } = overTime(callTable(sampleReport()), 80, 1);
  expect(rounded(atOnce)).toEqual([0, 70 / 80]);
});

it("tells the speed-up by then as work over time", () => {
  const speedUp = rounded(speedUpOverTime(times, 0.5));
  expect(speedUp[3]).toBeCloseTo((10 * 0.5) / 30, 6);
  expect(speedUp[8]).toBeCloseTo((70 * 0.5) / 80, 6);
  expect(speedUp[0]).toBe(0);
});

it("has no steps of a job that took no time", () => {
  expect(Math.max(...overTime(callTable(sampleReport()), 0, 4).done)).toBe(0);
});
