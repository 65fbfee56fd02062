/** Jobs whose inputs are results of other calls, which go from store to worker. */
import { describe, expect, it } from "vitest";
import { newWarmExecutor, sharedStore } from "../support/executors.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const double = (x: number) => x * 2;
const plusOne = (x: number) => x + 1;

describe("a job as the inputs of another", () => {
  it("gives it its results, in order, with its futures at once", async () => {
    const executor = newWarmExecutor();
    const doubled = executor.map(double, range(100));
    const next = executor.map(plusOne, doubled);
    expect(next.futures).toHaveLength(100);
    expect(await next).toEqual(range(100).map((x) => 2 * x + 1));
    expect(await doubled).toEqual(range(100).map(double));
  });

  it("may feed several, which feed one", async () => {
    const executor = newWarmExecutor();
    const first = executor.map(double, range(8));
    const [left, right] = [executor.map(plusOne, first), executor.map((x: number) => x - 1, first)];
    const futures = left.futures.flatMap((future, i) => [future, right.futures[i] ?? future]);
    expect(await executor.map(double, futures)).toEqual(range(8).flatMap((x) => [4 * x + 2, 4 * x - 2]));
  });

  it("starts each call when its own input is there", async () => {
    const executor = newWarmExecutor();
    const slow = executor.map(
      (x: number) => new Promise<number>((resolve) => setTimeout(resolve, x === 0 ? 1500 : 1, x)),
      range(6),
      { callsPerShard: 1, speculate: false },
    );
    const next = executor.map(plusOne, slow);
    expect(await next.futures[5]).toBe(6);
    expect(next.futures[0]?.status).toBe("pending");
    expect(await next).toEqual(range(6).map(plusOne));
  });

  it("fails the calls whose input failed, with that as cause, and no others", async () => {
    const executor = newWarmExecutor();
    const first = executor.map((x: number) => {
      if (x === 3) throw new RangeError("three");
      return x;
    }, range(6));
    const last = executor.map(double, executor.map(plusOne, first));
    const settled = await last.settled();
    settled.forEach((outcome, x) => {
      if (x !== 3) expect(outcome).toEqual({ status: "fulfilled", value: 2 * (x + 1) });
    });
    expect(settled[3]).toMatchObject({
      reason: {
        code: "DEPENDENCY",
        index: 3,
        message: expect.stringContaining(`Call 3 of job ${first.id} threw RangeError: three`),
        cause: { code: "DEPENDENCY", cause: { code: "CALL", jobId: first.id, cause: expect.any(RangeError) } },
      },
    });
    await expect(last).rejects.toMatchObject({ code: "DEPENDENCY" });
  });

  it("fails them also when it was cancelled", async () => {
    const executor = newWarmExecutor();
    const first = executor.map(() => new Promise<number>(() => setInterval(() => {}, 1000)), [1, 2]);
    const next = executor.map(double, first);
    first.cancel("enough");
    await expect(next).rejects.toMatchObject({ code: "DEPENDENCY", message: expect.stringContaining("enough") });
  });

  it("may have ended before: then what is held of it travels", async () => {
    const executor = newWarmExecutor();
    const first = executor.map(double, range(5));
    await first;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await executor.map(plusOne, first)).toEqual([1, 3, 5, 7, 9]);
  });

  it("may be that of an executor with another store", async () => {
    const [one, two] = [newWarmExecutor({ store: sharedStore() }), newWarmExecutor()];
    expect(await two.map(plusOne, one.map(double, range(5)))).toEqual([1, 3, 5, 7, 9]);
  });

  it("may be a stream: then the next one is, too, and what both are done with is given up", {
    tags: ["long"],
  }, async () => {
    const executor = newWarmExecutor();
    async function* numbers() {
      for (let i = 0; ; i++) yield i;
    }
    const first = executor.map(double, numbers());
    const next = executor.map(plusOne, first);
    let seen = 0;
    for await (const value of next) {
      expect(value).toBe(2 * seen + 1);
      if (++seen === 3000) break;
    }
    await first.cancel();
  });

  it("is read by workers, and not by the host", async () => {
    const executor = newWarmExecutor({ store: sharedStore() });
    const large = executor.map((x: number) => new Uint8Array(4 * 2 ** 20).fill(x), range(4), { callsPerShard: 1 });
    const lengths = executor.map((bytes: Uint8Array) => [bytes.length, bytes[7]], large);
    expect(await lengths).toEqual(range(4).map((x) => [4 * 2 ** 20, x]));
  });
});

describe("futures as inputs", () => {
  it("may stand among values, and alone", async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => ({ x }), [1, 2]);
    const [one, two] = job.futures as [(typeof job.futures)[0], (typeof job.futures)[0]];
    expect(await executor.map(({ x }: { x: number }) => x, [two, { x: 7 }, one, two])).toEqual([2, 7, 1, 2]);
    expect(await executor.map(({ x }: { x: number }) => x, one)).toEqual([1]);
    expect(await executor.call(({ x }: { x: number }) => x, two)).toBe(2);
  });

  it("that cannot travel beside them are refused at once, by their index", () => {
    const executor = newWarmExecutor();
    const { futures } = executor.map(double, [1]);
    const inputs: unknown[] = [futures[0], () => {}];
    expect(() => executor.map((x: unknown) => x, inputs)).toThrow(
      expect.objectContaining({ code: "CODEC", path: "inputs[1]" }),
    );
  });
});
