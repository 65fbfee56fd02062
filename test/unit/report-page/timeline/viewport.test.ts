import { expect, it } from "vitest";
import { Viewport } from "../../../../report-page/timeline/viewport.js";

function viewOf(untilMs: number, lanes = 10, lanesSeen = 4): Viewport {
  const view = new Viewport();
  view.resize(untilMs, lanes, lanesSeen);
  return view;
}

it("keeps the moment under the pointer where it is, and goes no further than there is something", () => {
  const view = viewOf(100);
  view.zoom(0.5, 20);
  expect([view.fromMs, view.toMs]).toEqual([10, 60]);
  view.pan(-50);
  expect([view.fromMs, view.toMs]).toEqual([0, 50]);
  view.pan(500);
  expect([view.fromMs, view.toMs]).toEqual([50, 100]);
  view.zoom(10, 60);
  expect([view.fromMs, view.toMs, view.isWhole]).toEqual([0, 100, true]);
  view.zoom(1e-9, 50);
  expect(view.spanMs).toBeCloseTo(0.01, 9);
});

it("shows what is new to who sees all, and leaves others where they are", () => {
  const view = viewOf(100);
  view.resize(200, 10, 4);
  expect(view.toMs).toBe(200);
  view.show(10, 20);
  view.resize(300, 10, 4);
  expect([view.fromMs, view.toMs]).toEqual([10, 20]);
});

it("moves to a call that is not seen, and not for one that is", () => {
  const view = viewOf(100);
  view.show(0, 10);
  view.reveal(2, 3, 1);
  expect([view.fromMs, view.firstLane]).toEqual([0, 0]);
  view.reveal(50, 52, 9);
  expect([view.fromMs, view.toMs, view.firstLane]).toEqual([46, 56, 6]);
  view.scroll(-100);
  expect(view.firstLane).toBe(0);
});
