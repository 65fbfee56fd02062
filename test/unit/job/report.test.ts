import { inspect } from "node:util";
import { expect, it } from "vitest";
import { JobReport } from "../../../src/job/report.js";
import { type ShardTimes, ShardTimesLog } from "../../../src/job/shard-times.js";

function timesOf(first: number, runMs: number[], fields: Partial<ShardTimes> = {}): ShardTimes {
  return {
    shard: String(first),
    first,
    worker: "process 1",
    queueMs: 1,
    startMs: 2,
    fetchMs: 3,
    setupMs: 0,
    writeMs: 4,
    noticeMs: 5,
    noticedAt: 1100,
    runMs: Float64Array.from(runMs),
    attempts: new Uint32Array(runMs.length).fill(1),
    ...fields,
  };
}

const NO_COPIES = { started: 0, won: 0 };

function logOf(...shards: ShardTimes[]): ShardTimesLog {
  const log = new ShardTimesLog();
  for (const shard of shards) log.add(shard);
  return log;
}

const SHARDS = [
  timesOf(3, [30, 40], { worker: "process 2", noticedAt: 1200 }),
  timesOf(0, [10, 20, 100], { noticedAt: 1150 }),
];
const times = logOf(...SHARDS);

it("adds up what the shards report", () => {
  const report = new JobReport({ jobId: "job-1", times, copies: NO_COPIES, submittedAt: 1000 });
  expect(report).toMatchObject({ calls: 5, shards: 2, workers: 2, wallMs: 200, sequentialMs: 200, speedUp: 1 });
  expect(report.totals).toEqual({
    queueMs: 2,
    startMs: 4,
    fetchMs: 6,
    setupMs: 0,
    runMs: 200,
    writeMs: 8,
    noticeMs: 10,
  });
});

it("tells the times of each call in the order of the calls", () => {
  const { perCall } = new JobReport({ jobId: "job-1", times, copies: NO_COPIES, submittedAt: 1000 });
  expect(perCall.map(({ index, runMs, worker }) => [index, runMs, worker])).toEqual([
    [0, 10, "process 1"],
    [1, 20, "process 1"],
    [2, 100, "process 1"],
    [3, 30, "process 2"],
    [4, 40, "process 2"],
  ]);
  expect(Object.keys(perCall[0] as object).sort()).toEqual(
    [
      "attempts",
      "fetchMs",
      "index",
      "noticeMs",
      "queueMs",
      "runMs",
      "setupMs",
      "shard",
      "startMs",
      "worker",
      "writeMs",
    ].sort(),
  );
});

it("of a job without results has zeros, no NaN and no infinity", () => {
  const report = new JobReport({ jobId: "job-1", times: logOf(), copies: NO_COPIES, submittedAt: 1000 });
  expect(report).toMatchObject({ calls: 0, shards: 0, workers: 0, wallMs: 0, sequentialMs: 0, speedUp: 0 });
  expect(report.perCall).toEqual([]);
  expect(String(report)).not.toMatch(/NaN|Infinity|undefined/);
});

it("is a snapshot: later shards do not change it", () => {
  const growing = logOf(...SHARDS);
  const report = new JobReport({ jobId: "job-1", times: growing, copies: NO_COPIES, submittedAt: 1000 });
  growing.add(timesOf(5, [1]));
  expect(report.perCall).toHaveLength(5);
});

it("prints as text, and as JSON with every call", () => {
  const report = new JobReport({ jobId: "job-1", times, copies: NO_COPIES, submittedAt: 1000 });
  expect(inspect(report)).toBe(String(report));
  expect(String(report)).toContain("5 calls in 2 shards on 2 workers");
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ jobId: "job-1", perCall: { length: 5 } });
});

it("tells how often each call was tried", () => {
  const retried = timesOf(0, [1, 2, 3], { attempts: Uint32Array.of(1, 3, 1) });
  const report = new JobReport({ jobId: "job-1", times: logOf(retried), copies: NO_COPIES, submittedAt: 1000 });
  expect(report.perCall.map(({ attempts }) => attempts)).toEqual([1, 3, 1]);
  expect(report.retried).toBe(1);
  expect(String(report)).toContain("on 1 workers, 1 tried again");
});

it("tells of the copies of shards that lagged", () => {
  const report = new JobReport({ jobId: "job-1", times, copies: { started: 3, won: 2 }, submittedAt: 1000 });
  expect(report.copies).toEqual({ started: 3, won: 2 });
  expect(String(report)).toContain("on 2 workers, 3 shards copied (2 first)");
});

it("of a stream keeps the times of the last million calls, and the sums of all", () => {
  const log = new ShardTimesLog();
  log.forgetEarly();
  const shard = (i: number) => timesOf(i * 250_000, new Array(250_000).fill(2), { worker: `process ${i % 3}` });
  for (let i = 0; i < 7; i++) log.add(shard(i));
  const report = new JobReport({ jobId: "job-1", times: log, copies: NO_COPIES, submittedAt: 1000 });
  expect(report).toMatchObject({ calls: 1_750_000, shards: 7, workers: 3, wallMs: 100, sequentialMs: 3_500_000 });
  expect(report.totals.queueMs).toBe(7);
  expect(log.shards.map(({ first }) => first)).toEqual([750_000, 1_000_000, 1_250_000, 1_500_000]);
});
