import { expect, it } from "vitest";
import { shardTimes } from "../../../src/host/shard-times.js";
import type { ShardResult } from "../../../src/wire/result.js";

const shard = { name: "0000000", first: 4, count: 2, byteStart: 0, byteEnd: 9 };
const bytes = new Uint8Array();

/** 100 ms on a worker, by whose clock it began at that time. */
function resultAt(startedAt: number): ShardResult {
  const calls = [
    { ok: true, runMs: 30, startMs: 10, attempts: 1, bytes },
    { ok: false, runMs: 50, startMs: 40, attempts: 2, bytes },
  ];
  const header = { jobId: "job-1", shard: shard.name, attemptId: "a", attempt: 1, worker: "w", fetchMs: 5, output: {} };
  return { ...header, startedAt, count: 2, calls };
}

const seen = {
  place: "local",
  writeMs: 10,
  submittedAt: 900,
  seen: { sentAt: 1000, heardAt: 1200 },
  runsAtOnce: false,
};

it.each([
  ["is believed where it can be right", 1050, 1050],
  ["that is behind is set to when the shard was sent", -5000, 1000],
  ["that is ahead is set to when the shard must have begun to be over when it was", 99_000, 1100],
])("a worker's clock %s", (_what, workersClock, startedAt) => {
  const times = shardTimes(shard, resultAt(workersClock), seen);
  expect(times).toMatchObject({ startedAt, storedAt: startedAt + 100, queueMs: 100, startMs: startedAt - 1000 });
  expect(times.noticeMs).toBe(1100 - startedAt);
});

it("what another host saw is told by the worker's clock", () => {
  const times = shardTimes(shard, resultAt(5000), { ...seen, seen: undefined });
  expect(times).toMatchObject({ startedAt: 5000, queueMs: 4100, startMs: 0, noticeMs: 0, noticedAt: 5100 });
});

it("calls of a worker that told no CPU time lose nothing", () => {
  const { cpuMs, coreWaitMs, blockedMs, queuedMs, ok } = shardTimes(shard, resultAt(1050), seen);
  expect({ cpuMs, coreWaitMs, blockedMs, queuedMs }).toEqual({
    cpuMs: undefined,
    coreWaitMs: 0,
    blockedMs: 0,
    queuedMs: 0,
  });
  expect([...ok]).toEqual([1, 0]);
});
