import { describe, expect, it } from "vitest";
import { rateShare, StartRate } from "../../../src/host/start-rate.js";
import { monotonicMs } from "../../../src/util/time.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const never = new AbortController().signal;

it.each<[number | undefined, number, number, number, object | undefined]>([
  // limitPerSecond, concurrentCalls, workers, shards
  [undefined, 1, 4, 4, undefined],
  [100, 1, 4, 10, { atOnce: 4, paceMs: 40 }],
  [100, 1, 1000, 5, { atOnce: 5, paceMs: 50 }],
  [100, 1, 1000, Infinity, { atOnce: 100, paceMs: 1000 }],
  [100, 25, 1000, Infinity, { atOnce: 4, paceMs: 40 }],
  [0.5, 1, 4, 4, { atOnce: 1, paceMs: 2000 }],
])("%d calls a second, %d at once, on %d workers in %d shards are shared so", (...given) => {
  const [limitPerSecond, concurrentCalls, concurrency, shards, share] = given;
  expect(rateShare({ limitPerSecond, concurrentCalls }, concurrency, shards)).toEqual(share);
});

describe("shards", () => {
  it("run as many at once as have a share, each a pace after the one before it in its place has ended", async () => {
    const rate = new StartRate({ atOnce: 2, paceMs: 50 });
    const ends: number[] = [];
    let here = 0;
    let most = 0;
    const shard = async (i: number) => {
      most = Math.max(most, ++here);
      // The first two have ended when the third begins, in the place of the first of them to end.
      if (i >= 2) expect(monotonicMs() - (ends[i - 2] as number)).toBeGreaterThanOrEqual(49);
      await sleep(20);
      here--;
      ends.push(monotonicMs());
      return i;
    };
    const all = [0, 1, 2, 3, 4, 5].map((i) => rate.run(never, () => shard(i)));
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBeLessThanOrEqual(2);
  });

  it("leave their place when they fail, and when the job is cancelled while they wait", async () => {
    const rate = new StartRate({ atOnce: 1, paceMs: 20 });
    await expect(rate.run(never, () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    const controller = new AbortController();
    const waiting = [1, 2].map(() => rate.run(controller.signal, () => Promise.reject(new Error("ran"))));
    controller.abort(new Error("cancelled"));
    for (const one of waiting) await expect(one).rejects.toThrow("cancelled");
    expect(await rate.run(never, async () => 5)).toBe(5);
  });
});
