/** Maps that remember: calls of an equal function with equal inputs give what was kept, and do not run. */
import type { Executor, JobOptions } from "nodewren";
import { describe, expect, it } from "vitest";
import { newWarmExecutor, sharedStore } from "../support/executors.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** One that keeps what it is given to run, in a store that other executors of the test may have, too. */
function keeping(store = sharedStore()): Executor {
  return newWarmExecutor({ store, cache: true });
}

const countsOf = (job: ReturnType<Executor["map"]>) => {
  const { calls, cacheHits } = job.report();
  return { calls, cacheHits };
};

const NO_COPIES: JobOptions = { speculate: false };

/** Equal functions, each time anew. */
const times = (factor: number) => (x: number) => ({ product: x * factor, when: new Map([[x, undefined]]) });

describe("a map that is run again", () => {
  it("runs nothing, and gives the same to each of its futures, in this executor and in others", async () => {
    const store = sharedStore();
    const executor = keeping(store);
    const first = executor.map(times(3), range(50), NO_COPIES);
    const expected = range(50).map(times(3));
    expect(await first).toEqual(expected);
    expect(countsOf(first)).toEqual({ calls: 50, cacheHits: 0 });
    const again = executor.map(times(3), range(50));
    expect(await again).toEqual(expected);
    expect(await again.futures[7]).toEqual(times(3)(7));
    expect(again.futures[7]?.status).toBe("fulfilled");
    expect(countsOf(again)).toEqual({ calls: 0, cacheHits: 50 });
    expect(String(again.report())).toContain("0 calls in 0 shards on 0 workers, 50 calls from the cache");
    const elsewhere = keeping(store).map(times(3), range(50));
    expect(await elsewhere).toEqual(expected);
    expect(countsOf(elsewhere)).toEqual({ calls: 0, cacheHits: 50 });
    expect(elsewhere.progress).toEqual({ total: 50, done: 50, failed: 0 });
  });

  it("runs what changed: one call for one input, all for a value that the function closes over", async () => {
    const executor = keeping();
    await executor.map(times(3), range(30), NO_COPIES);
    const inputs = range(30).with(11, 500);
    const one = executor.map(times(3), inputs, NO_COPIES);
    expect(await one).toEqual(inputs.map(times(3)));
    expect(countsOf(one)).toEqual({ calls: 1, cacheHits: 29 });
    const all = executor.map(times(4), range(30), NO_COPIES);
    expect(await all).toEqual(range(30).map(times(4)));
    expect(countsOf(all)).toEqual({ calls: 30, cacheHits: 0 });
  });

  it("finds inputs wherever they stand, also where found and new ones alternate", async () => {
    const executor = keeping();
    await executor.map(times(2), range(20), NO_COPIES);
    const inputs = range(60).map((i) => (i % 3 === 0 ? i / 3 : 1000 + i));
    const job = executor.map(times(2), inputs, { ...NO_COPIES, shards: 4 });
    expect(await job).toEqual(inputs.map(times(2)));
    expect(countsOf(job)).toEqual({ calls: 40, cacheHits: 20 });
  });

  it("runs calls again that failed, and no others", async () => {
    const executor = keeping();
    const fails = (x: number) => {
      if (x % 4 === 1) throw new RangeError(`no ${x}`);
      return x;
    };
    const first = await executor.map(fails, range(12), NO_COPIES).settled();
    const job = executor.map(fails, range(12), NO_COPIES);
    const again = await job.settled();
    expect(again.map(({ status }) => status)).toEqual(first.map(({ status }) => status));
    expect(again[5]).toMatchObject({ reason: { code: "CALL", message: expect.stringContaining("no 5") } });
    expect(countsOf(job)).toEqual({ calls: 3, cacheHits: 9 });
  });

  it("runs again what was kept too long ago, and what is not to be kept at all", async () => {
    const executor = keeping();
    await executor.map(times(5), range(6), NO_COPIES);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const old = executor.map(times(5), range(6), { ...NO_COPIES, cache: { maxAgeMs: 0 } });
    await old;
    expect(countsOf(old)).toEqual({ calls: 6, cacheHits: 0 });
    const young = executor.map(times(5), range(6), { ...NO_COPIES, cache: { maxAgeMs: 3_600_000 } });
    await young;
    expect(countsOf(young)).toEqual({ calls: 0, cacheHits: 6 });
    const without = executor.map(times(5), range(6), { ...NO_COPIES, cache: false });
    await without;
    expect(countsOf(without)).toEqual({ calls: 6, cacheHits: 0 });
  });

  it("is another job where its setup, or a variable of the environment, is", async () => {
    const executor = keeping();
    const unit = () => `${Reflect.get(globalThis, "unit")} ${process.env.NODEWREN_TEST_UNIT}`;
    const options = (name: string, variable: string): JobOptions => ({
      ...NO_COPIES,
      setup: () => void Reflect.set(globalThis, "unit", name),
      env: { NODEWREN_TEST_UNIT: variable },
    });
    expect(await executor.map(unit, [1], options("mile", "a"))).toEqual(["mile a"]);
    expect(await executor.map(unit, [1], options("verst", "a"))).toEqual(["verst a"]);
    expect(await executor.map(unit, [1], options("verst", "b"))).toEqual(["verst b"]);
    const again = executor.map(unit, [1], options("mile", "a"));
    expect(await again).toEqual(["mile a"]);
    expect(countsOf(again)).toEqual({ calls: 0, cacheHits: 1 });
  });

  it("keeps apart calls whose function reads their index", async () => {
    const executor = keeping();
    const placed = (x: string, { index }: { index: number }) => `${index}${x}`;
    expect(await executor.map(placed, ["a", "b"], NO_COPIES)).toEqual(["0a", "1b"]);
    const job = executor.map(placed, ["a", "a", "b"], NO_COPIES);
    expect(await job).toEqual(["0a", "1a", "2b"]);
    expect(countsOf(job)).toEqual({ calls: 2, cacheHits: 1 });
  });

  it("finds large values, which the store keeps until they are asked for", { tags: ["long"] }, async () => {
    const executor = keeping();
    const large = (x: number) => Buffer.alloc(9 * 2 ** 20, x);
    await executor.map(large, range(5), NO_COPIES);
    const job = executor.map(large, range(5));
    for (const x of range(5)) expect((await job.futures[x])?.equals(large(x))).toBe(true);
    expect(countsOf(job)).toEqual({ calls: 0, cacheHits: 5 });
  });
});

describe("other forms", () => {
  it("a stream finds its inputs segment by segment", async () => {
    const executor = keeping();
    async function* numbers(from: number) {
      for (let i = from; i < from + 40; i++) yield i;
    }
    await executor.map(times(7), numbers(0), NO_COPIES);
    const job = executor.map(times(7), numbers(20), NO_COPIES);
    const values: unknown[] = [];
    for await (const value of job) values.push(value);
    expect(values).toEqual(range(40).map((i) => times(7)(i + 20)));
    expect(countsOf(job)).toEqual({ calls: 20, cacheHits: 20 });
  });

  it("results as inputs are compared by what they are", async () => {
    const executor = keeping();
    const parsed = () => executor.map((x: number) => x % 5, range(10), { ...NO_COPIES, cache: false });
    const first = executor.map(times(2), parsed(), NO_COPIES);
    const expected = range(10).map((x) => times(2)(x % 5));
    expect(await first).toEqual(expected);
    const again = executor.map(times(2), parsed(), NO_COPIES);
    expect(await again).toEqual(expected);
    expect(countsOf(again)).toEqual({ calls: 0, cacheHits: 10 });
    const plain = executor.map(times(2), range(5), NO_COPIES);
    await plain;
    expect(countsOf(plain)).toEqual({ calls: 0, cacheHits: 5 });
  });

  it("kept results are inputs of other jobs as any are", async () => {
    const executor = keeping();
    const square = (x: number) => x * x;
    await executor.map(square, range(8), NO_COPIES);
    const kept = executor.map(square, range(8));
    expect(await executor.map((x: number) => x + 1, kept, { cache: false })).toEqual(range(8).map((x) => x * x + 1));
    expect(countsOf(kept)).toEqual({ calls: 0, cacheHits: 8 });
  });

  it("mapReduce() and call() remember, too", async () => {
    const executor = keeping();
    const weigh = (x: number) => ({ weight: x });
    const add = (a: { weight: number }, b: { weight: number }) => ({ weight: a.weight + b.weight });
    const sum = { weight: 780 };
    expect(await executor.mapReduce(weigh, range(40), add, NO_COPIES)).toEqual(sum);
    expect(await executor.mapReduce(weigh, range(40), add, NO_COPIES)).toEqual(sum);
    const once = executor.map(weigh, range(41), NO_COPIES);
    await once;
    expect(countsOf(once)).toEqual({ calls: 1, cacheHits: 40 });
    expect(await executor.call(weigh, 3)).toEqual({ weight: 3 });
  });

  it("the same calls at once may run twice, and never fail", { tags: ["long"] }, async () => {
    const store = sharedStore();
    const jobs = [keeping(store), keeping(store)].flatMap((executor) => [
      executor.map(times(9), range(10), NO_COPIES),
      executor.map(times(9), range(20), NO_COPIES),
    ]);
    for (const job of jobs) expect((await job).slice(0, 10)).toEqual(range(10).map(times(9)));
    const after = keeping(store).map(times(9), range(20), NO_COPIES);
    await after;
    expect(countsOf(after)).toEqual({ calls: 0, cacheHits: 20 });
  });
});

describe("a job with kept results", () => {
  it("is followed from its store as any other", async () => {
    const store = sharedStore();
    const executor = keeping(store);
    await executor.map(times(3), range(10), NO_COPIES);
    const job = executor.map(times(3), range(15), NO_COPIES);
    await job;
    const followed = newWarmExecutor({ store }).attach<ReturnType<ReturnType<typeof times>>>(job.id);
    expect(await followed).toEqual(range(15).map(times(3)));
    expect(countsOf(followed)).toEqual({ calls: 5, cacheHits: 10 });
  });

  it("keeps what was done before it was cancelled", async () => {
    const executor = keeping();
    const slow = async (x: number) => {
      if (x === 3) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return x;
    };
    const job = executor.map(slow, range(4), { ...NO_COPIES, callsPerShard: 1 });
    expect(await Promise.all(job.futures.slice(0, 3))).toEqual([0, 1, 2]);
    job.cancel();
    await job.settled();
    const again = executor.map(slow, range(3), NO_COPIES);
    expect(await again).toEqual([0, 1, 2]);
    expect(countsOf(again)).toEqual({ calls: 0, cacheHits: 3 });
  });
});
