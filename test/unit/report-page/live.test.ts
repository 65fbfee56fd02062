import { expect, it } from "vitest";
import { together } from "../../../report-page/live.js";
import { timingsOf } from "../../../src/job/report-data.js";
import type { ShardTimes } from "../../../src/job/shard-times.js";
import { callTable } from "../../../src/view/call-table.js";

function shard(first: number, worker: string, ok: number[]): ShardTimes {
  return {
    shard: String(first),
    first,
    place: "local",
    worker,
    queueMs: 0,
    startMs: 0,
    fetchMs: 1,
    setupMs: 0,
    writeMs: 0,
    noticeMs: 0,
    startedAt: 1000 + first,
    storedAt: 1100 + first,
    noticedAt: 1100 + first,
    sharedCores: undefined,
    runMs: Float64Array.from(ok, (_, i) => i + 1),
    callStartMs: Float32Array.from(ok, (_, i) => i),
    cpuMs: undefined,
    attempts: Uint32Array.from(ok, (one) => 2 - one),
    ok: Uint8Array.from(ok),
    queuedMs: 0,
    coreWaitMs: 0,
    blockedMs: 0,
  };
}

it("what came in pieces is what had come at once", () => {
  const shards = [shard(4, "b", [1, 0]), shard(0, "a", [1, 1, 0, 1]), shard(6, "b", [0]), shard(7, "c", [1])];
  const pieces = [shards.slice(0, 1), shards.slice(1, 3), [], shards.slice(3)].map((some) => timingsOf(some, 1000));
  const all = timingsOf(shards, 1000);
  const joined = pieces.reduce(together);
  expect(joined).toEqual(all);
  expect([...callTable(joined).failed]).toEqual([0, 1, 0, 0, 1, 0, 1, 0]);
});
