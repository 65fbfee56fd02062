import { expect, it } from "vitest";
import { durationText, unitFor } from "../../../src/view/duration.js";

it.each([
  [0, "0"],
  [0.0124, "12 µs"],
  [12.34, "12.3 ms"],
  [999, "999 ms"],
  [1350, "1.35 s"],
  [90_000, "90 s"],
  [150_000, "2.5 min"],
  [5_400_000, "1.5 h"],
])("tells %d ms as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it("has one unit for an axis", () => {
  expect(unitFor(90_000)).toEqual({ name: "s", ms: 1000 });
  expect(unitFor(0)).toEqual({ name: "µs", ms: 0.001 });
});
