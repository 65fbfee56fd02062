import { expect, it } from "vitest";
import { callTable } from "../../../src/view/call-table.js";
import { sampleReport } from "./sample-report.js";

it("knows when each call ran, counted from map(), and how it ended", () => {
  const { index, start, end, failed, tries, endMs } = callTable(sampleReport());
  expect([...index]).toEqual([0, 1, 2, 3, 4]);
  expect([...start]).toEqual([20, 30, 30, 30, 50]);
  expect([...end]).toEqual([30, 40, 50, 50, 60]);
  expect([...failed]).toEqual([0, 0, 0, 1, 0]);
  expect([...tries]).toEqual([1, 1, 1, 1, 2]);
  expect(endMs).toBe(60);
});

it("puts calls of a worker that ran at once into lanes of their own, and those that did not into one", () => {
  const lanes = callTable(sampleReport()).lanes.map(({ worker, calls }) => [worker, ...calls]);
  expect(lanes).toEqual([
    [0, 0, 1, 4],
    [1, 2],
    [1, 3],
  ]);
});

it("has no lanes of a job without calls", () => {
  const shards = { name: [], worker: [], first: [], calls: [], started: [], stored: [], fetch: [], setup: [] };
  const calls = { start: [], run: [], cpu: [], failed: [], tries: [] };
  expect(callTable({ workers: [], shards, calls })).toMatchObject({ count: 0, lanes: [], endMs: 0 });
});
