import { expect, it } from "vitest";
import { callAt, firstAfter, shardAt, timelineModel } from "../../../../report-page/timeline/model.js";
import { sampleReport } from "../../view/sample-report.js";

const model = timelineModel(sampleReport());

it("finds the call under the pointer, and a near one", () => {
  expect(callAt(model, 0, 25, 0)).toBe(0);
  expect(callAt(model, 0, 45, 0)).toBeUndefined();
  expect(callAt(model, 0, 41, 2)).toBe(1);
  expect(callAt(model, 0, 49, 2)).toBe(4);
  expect(callAt(model, 2, 40, 0)).toBe(3);
  expect(callAt(model, 7, 40, 5)).toBeUndefined();
});

it("finds the shard under the pointer, where no call is", () => {
  expect(shardAt(model, 0, 17)).toBe(0);
  expect(shardAt(model, 0, 49)).toBe(2);
  expect(shardAt(model, 0, 5)).toBeUndefined();
});

it("knows where in a lane to begin to draw", () => {
  expect([0, 30, 40, 60].map((ms) => firstAfter(model, 0, ms))).toEqual([0, 1, 2, 3]);
  expect([...model.laneOf]).toEqual([0, 0, 1, 2, 0]);
});
