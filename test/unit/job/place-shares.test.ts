import { expect, it } from "vitest";
import { placesTogether, placesTold, sharesOf, summaryByPlace } from "../../../src/job/place-shares.js";

const shard = (place: string | undefined, worker: string, calls: number) => ({
  place,
  worker,
  runMs: { length: calls },
  startedAt: 100,
  storedAt: 150,
});

const SHARDS = [shard("local", "a", 3), shard("local", "a", 1), shard("lambda", "x", 2), shard(undefined, "?", 4)];
const cost = (usd: number | undefined, store = 0) => ({ usd, parts: { compute: 0, invocations: 0, disk: 0, store } });

it("sums shards up by place, in one go or bit by bit", () => {
  const all = summaryByPlace(SHARDS);
  expect(all.get("local")).toEqual({ shards: 2, calls: 4, workers: new Set(["a"]), workerMs: 100 });
  expect(placesTogether(summaryByPlace(SHARDS.slice(0, 1)), summaryByPlace(SHARDS.slice(1)))).toEqual(all);
});

it("tells the part of each place, also of one that ran nothing, with what it bills beside requests of the store", () => {
  const costs = new Map([
    ["local", cost(0)],
    ["lambda", cost(0.5, 0.2)],
    ["idle", cost(undefined)],
  ]);
  const shares = sharesOf(summaryByPlace(SHARDS), costs, [{ name: "idle", why: "no route." }]);
  expect(shares).toEqual([
    { name: "local", shards: 2, calls: 4, workers: 1, workerMs: 100, usd: 0, leftOut: undefined },
    { name: "lambda", shards: 1, calls: 2, workers: 1, workerMs: 50, usd: 0.3, leftOut: undefined },
    { name: "idle", shards: 0, calls: 0, workers: 0, workerMs: 0, usd: undefined, leftOut: "no route." },
    { name: "elsewhere", shards: 1, calls: 4, workers: 1, workerMs: 50, usd: undefined, leftOut: undefined },
  ]);
  expect(placesTold(shares)).toEqual([
    "ran at local 4 calls in 2 shards on 1 worker; lambda 2 calls in 1 shard on 1 worker, $0.300; idle 0 calls in 0 shards on 0 workers; elsewhere 4 calls in 1 shard on 1 worker",
    "idle was left out: no route.",
  ]);
  expect(placesTold(shares.slice(0, 1))).toEqual([]);
});
