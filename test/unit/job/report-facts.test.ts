import { expect, it } from "vitest";
import { crowding, factsOf, type ReportedNumbers } from "../../../src/job/report-facts.js";

const totals = { startMs: 1, fetchMs: 1, setupMs: 0, runMs: 4000, cpuMs: 2000, writeMs: 1, noticeMs: 1 };

const NUMBERS: ReportedNumbers = {
  calls: 1200,
  shards: 10,
  workers: 4,
  workersAtOnce: 3,
  sharedCores: 2,
  retried: 0,
  cacheHits: 0,
  failed: 0,
  copies: { started: 0, won: 0 },
  wallMs: 2000,
  queueMs: 12,
  sequentialMs: 3000,
  speedUp: 1.5,
  efficiency: 0.5,
  totals,
  runTimes: { min: 1, p50: 2, p90: 3, p99: 4, max: 5 },
};

const told = (more: Partial<ReportedNumbers> = {}) =>
  Object.fromEntries(factsOf({ ...NUMBERS, ...more }).map(({ label, value }) => [label, value]));

it("tells what people ask for first, in units that fit", () => {
  expect(told()).toEqual({
    "wall time": "2 s",
    "speed-up": "1.50x",
    efficiency: "50%",
    work: "3 s",
    calls: "1,200",
    shards: "10",
    workers: "4",
    "first start": "12 ms",
    "median call": "2 ms",
    "slowest 1%": "4 ms",
    "CPU time": "2 s",
  });
});

it("tells of what is rare where it is there", () => {
  const rare = { failed: 1, retried: 2, cacheHits: 3, copies: { started: 4, won: 1 } };
  expect(told(rare)).toMatchObject({ failed: "1", "tried again": "2", "from the cache": "3", copies: "4" });
  expect(told({ runTimes: undefined })).not.toHaveProperty("median call");
});

it("tells the cost where there is one", () => {
  const costOf = (usd: number | undefined) => ({ usd, toString: () => "12 GB-seconds" });
  expect(told({ cost: costOf(0.000123456) }).cost).toBe("$0.000123");
  expect(told({ cost: costOf(undefined) }).cost).toBe("not known");
  expect(told({ cost: costOf(0) })).not.toHaveProperty("cost");
  expect(factsOf({ ...NUMBERS, cost: costOf(1) }).find(({ label }) => label === "cost")?.hint).toBe("12 GB-seconds");
});

it("says that workers shared cores where they outnumbered them", () => {
  expect(crowding(NUMBERS)).toEqual([expect.stringMatching(/^3 workers shared 2 cores: /)]);
  expect(crowding({ workersAtOnce: 2, sharedCores: 2 })).toEqual([]);
  expect(crowding({ workersAtOnce: 9, sharedCores: undefined })).toEqual([]);
});
