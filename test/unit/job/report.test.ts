import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { JobReport } from "../../../src/job/report.js";
import { type ShardTimes, ShardTimesLog } from "../../../src/job/shard-times.js";

function timesOf(first: number, runMs: number[], fields: Partial<ShardTimes> = {}): ShardTimes {
  return {
    shard: String(first),
    first,
    place: "local",
    worker: "process 1",
    queueMs: 1,
    startMs: 2,
    fetchMs: 3,
    setupMs: 0,
    writeMs: 4,
    noticeMs: 5,
    startedAt: 1010,
    storedAt: 1090,
    noticedAt: 1100,
    sharedCores: undefined,
    runMs: Float64Array.from(runMs),
    callStartMs: Float32Array.from(runMs, (_, i) => i),
    cpuMs: undefined,
    attempts: new Uint32Array(runMs.length).fill(1),
    ok: new Uint8Array(runMs.length).fill(1),
    queuedMs: 0,
    coreWaitMs: 0,
    blockedMs: 0,
    ...fields,
  };
}

const NO_COPIES = { started: 0, won: 0 };

function logOf(...shards: ShardTimes[]): ShardTimesLog {
  const log = new ShardTimesLog();
  for (const shard of shards) log.add(shard);
  return log;
}

function reportOf(times: ShardTimesLog, copies = NO_COPIES, failureCodes = new Map<string, number>()): JobReport {
  return new JobReport({ jobId: "job-1", times, copies, submittedAt: 1000, outcomes: { failureCodes } });
}

const SHARDS = [
  timesOf(3, [30, 40], { worker: "process 2", noticedAt: 1200 }),
  timesOf(0, [10, 20, 100], { noticedAt: 1150 }),
];
const times = logOf(...SHARDS);

it("adds up what the shards report", () => {
  const report = reportOf(times);
  expect(report).toMatchObject({ calls: 5, shards: 2, workers: 2, wallMs: 200, sequentialMs: 200, speedUp: 1 });
  expect(report.totals).toEqual({
    startMs: 4,
    fetchMs: 6,
    setupMs: 0,
    runMs: 200,
    cpuMs: 0,
    writeMs: 8,
    noticeMs: 10,
  });
});

it("tells the times of each call in the order of the calls", () => {
  const { perCall } = reportOf(times);
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
      "cpuMs",
      "endedAt",
      "fetchMs",
      "index",
      "noticeMs",
      "ok",
      "queueMs",
      "runMs",
      "setupMs",
      "shard",
      "startMs",
      "startedAt",
      "worker",
      "writeMs",
    ].sort(),
  );
});

it("of a job without results has zeros, no NaN and no infinity", () => {
  const report = reportOf(logOf());
  expect(report).toMatchObject({ calls: 0, shards: 0, workers: 0, wallMs: 0, sequentialMs: 0, speedUp: 0 });
  expect(report.perCall).toEqual([]);
  expect(String(report)).not.toMatch(/NaN|Infinity|undefined/);
});

it("is a snapshot: later shards do not change it", () => {
  const growing = logOf(...SHARDS);
  const report = reportOf(growing);
  growing.add(timesOf(5, [1]));
  expect(report.perCall).toHaveLength(5);
});

it("prints as text, and as JSON with every call", () => {
  const report = reportOf(times);
  expect(inspect(report)).toBe(String(report));
  expect(String(report)).toContain("5 calls in 2 shards on 2 workers");
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ jobId: "job-1", perCall: { length: 5 } });
});

it("tells how often each call was tried", () => {
  const retried = timesOf(0, [1, 2, 3], { attempts: Uint32Array.of(1, 3, 1) });
  const report = reportOf(logOf(retried));
  expect(report.perCall.map(({ attempts }) => attempts)).toEqual([1, 3, 1]);
  expect(report.retried).toBe(1);
  expect(String(report)).toContain("on 1 worker, 1 tried again (2 more tries)");
});

it("tells of the copies of shards that lagged", () => {
  const report = reportOf(times, { started: 3, won: 2 });
  expect(report.copies).toEqual({ started: 3, won: 2 });
  expect(String(report)).toContain("on 2 workers, 3 shards copied (2 first)");
});

it("of a stream keeps the times of the last million calls, and the sums of all", () => {
  const log = new ShardTimesLog();
  log.forgetEarly();
  const shard = (i: number) => timesOf(i * 250_000, new Array(250_000).fill(2), { worker: `process ${i % 3}` });
  for (let i = 0; i < 7; i++) log.add(shard(i));
  const report = reportOf(log);
  expect(report).toMatchObject({ calls: 1_750_000, shards: 7, workers: 3, wallMs: 100, sequentialMs: 3_500_000 });
  expect(report.totals.startMs).toBe(14);
  expect(log.shards.map(({ first }) => first)).toEqual([750_000, 1_000_000, 1_250_000, 1_500_000]);
});

it("draws itself, and says what it can draw", async () => {
  const report = reportOf(times);
  expect(report.toSvg("histogram")).toContain("Run times of 5 calls");
  expect(() => report.toSvg("pie" as never)).toThrow(
    'toSvg() draws "timeline", "histogram" or "speed-up", but got "pie".',
  );
  expect(await report.toHtml()).toContain("<title>nodewren: job job-1</title>");
});

describe("speed-up", () => {
  const cpuOf = (ms: readonly number[]) => Float32Array.from(ms);

  it("takes off what calls waited for a core, as the system tells it", () => {
    const shard = timesOf(0, [100, 100], { cpuMs: cpuOf([25, 25]), coreWaitMs: 150 });
    expect(reportOf(logOf(shard))).toMatchObject({ sequentialMs: 50, speedUp: 0.5, totals: { runMs: 200, cpuMs: 50 } });
  });

  const crowd = (fields: Partial<ShardTimes>) =>
    logOf(...["a", "b", "c", "d"].map((worker, i) => timesOf(i, [100], { worker, sharedCores: 2, ...fields })));

  it("takes blocked workers for such that wait for a core where there are more of them than cores", () => {
    const report = reportOf(crowd({ cpuMs: cpuOf([50]), blockedMs: 50 }));
    expect(report).toMatchObject({ workersAtOnce: 4, sharedCores: 2, sequentialMs: 200, speedUp: 2, efficiency: 0.5 });
    expect(String(report)).toContain("4 workers shared 2 cores");
  });

  it("leaves what blocks without computing as it is, for nobody kept the cores from it", () => {
    expect(reportOf(crowd({ cpuMs: cpuOf([1]), blockedMs: 99 })).sequentialMs).toBe(396);
  });

  it("is that of the run times where workers are no more than cores", () => {
    const report = reportOf(crowd({ sharedCores: 4, cpuMs: cpuOf([50]), blockedMs: 50 }));
    expect(report.sequentialMs).toBe(400);
    expect(String(report)).not.toContain("shared");
  });
});

it("tells percentiles, stragglers, failures and the wait of the job", () => {
  const failed = Uint8Array.of(1, 0, ...new Array(98).fill(1));
  const runMs = Array.from({ length: 100 }, (_, i) => (i === 40 ? 900 : i + 1));
  const report = reportOf(logOf(timesOf(0, runMs, { ok: failed })), NO_COPIES, new Map([["CALL", 1]]));
  expect(report.runTimes).toEqual({ min: 1, p50: 51, p90: 91, p99: 100, max: 900 });
  expect(report.cpuTimes).toBeUndefined();
  expect(report.stragglers.map(({ index }) => index)).toEqual([40]);
  expect(report).toMatchObject({ failed: 1, failures: { CALL: 1 }, queueMs: 10, tries: 100 });
  expect(report.perCall.filter(({ ok }) => !ok).map(({ index }) => index)).toEqual([1]);
  expect(String(report)).toMatch(/1 call failed: 1 CALL\n {2}1 straggler: call 40 900.0 ms$/);
});

it("gives a table in which each call is a line", () => {
  const shard = timesOf(7, [1.23456, 2], { worker: 'a "b", c', cpuMs: Float32Array.of(0.5, 2) });
  const report = reportOf(logOf(shard));
  const [header, ...lines] = report.toCsv().split("\r\n");
  expect(header).toBe(
    "index,shard,worker,ok,attempts,startedAt,endedAt,queueMs,startMs,fetchMs,setupMs,runMs,cpuMs,writeMs,noticeMs",
  );
  expect(lines).toEqual([
    '7,7,"a ""b"", c",true,1,1010,1011.235,1,2,3,0,1.235,0.5,4,5',
    '8,7,"a ""b"", c",true,1,1011,1013,1,2,3,0,2,2,4,5',
    "",
  ]);
  expect(JSON.parse(report.toJson())).toEqual(JSON.parse(JSON.stringify(report)));
});
