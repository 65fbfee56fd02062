import { describe, expect, it } from "vitest";
import type { BackendLimits } from "../../../src/backends/backend.js";
import type { Mapper } from "../../../src/forms/mapper.js";
import { parallelFor } from "../../../src/forms/parallel-for.js";
import type { Job } from "../../../src/job/job.js";

const LIMITS: BackendLimits = { concurrency: 2, shardsPerWorker: 8 };

/** Notes the ranges, and runs nothing. */
class Noting implements Mapper {
  readonly ranges: (readonly [number, number])[] = [];
  cancelled: string | undefined;
  failure: unknown;

  map<I, R>(_: (input: I, context: never) => R, inputs: Iterable<I> | AsyncIterable<I>): Job<Awaited<R>> {
    const read = (async () => {
      for await (const range of inputs) this.ranges.push(range as never);
      if (this.failure) throw this.failure;
      return [];
    })();
    const cancel = (why: string) => {
      this.cancelled = why;
    };
    return Object.assign(read, { cancel }) as unknown as Job<Awaited<R>>;
  }
}

async function rangesOf(
  from: number,
  to: number,
  options = {},
  limits: () => BackendLimits | Promise<BackendLimits> = () => LIMITS,
) {
  const mapper = new Noting();
  await parallelFor(mapper, limits, [from, to, () => {}], options);
  return mapper.ranges;
}

describe("ranges", () => {
  it("are some dozens for each worker, however many iterations there are", async () => {
    const ranges = await rangesOf(0, 1e9);
    expect(ranges).toHaveLength(2 * 8 * 4);
    expect(ranges[0]).toEqual([0, 1e9 / 64]);
    expect(ranges.reduce((sum, [, count]) => sum + count, 0)).toBe(1e9);
    expect(await rangesOf(0, 3)).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it("are as large as is asked for", async () => {
    expect(await rangesOf(0, 10, { iterationsPerCall: 4 })).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
  });

  it("count steps, up and down", async () => {
    expect(await rangesOf(0, 10, { step: 3, iterationsPerCall: 9 })).toEqual([[0, 4]]);
    expect(await rangesOf(10, 0, { step: -5, iterationsPerCall: 9 })).toEqual([[0, 2]]);
    expect(await rangesOf(5, 0)).toEqual([]);
    expect(await rangesOf(0, 5, { step: -1 })).toEqual([]);
  });

  it("come once the platform has told its limits", async () => {
    expect(await rangesOf(0, 1e3, {}, async () => ({ concurrency: 1, shardsPerWorker: 1 }))).toHaveLength(4);
  });
});

it("a loop without iterations gives the initial value, or says that there is none", async () => {
  const reduce = (a: number, b: number) => a + b;
  const run = (options: object) => parallelFor(new Noting(), () => LIMITS, [0, 0, () => 1], options);
  expect(await run({})).toBeUndefined();
  expect(await run({ reduce, initial: 7 })).toBe(7);
  expect(() => run({ reduce })).toThrow(/nothing to reduce. Give it the option initial/);
});

it("once an iteration has failed, the rest is cancelled", async () => {
  const mapper = new Noting();
  mapper.failure = new Error("one failed");
  await expect(parallelFor(mapper, () => LIMITS, [0, 5, () => {}])).rejects.toBe(mapper.failure);
  expect(mapper.cancelled).toBe("parallelFor() has failed");
});

it.each([
  [[0.5, 3, () => {}], {}, /integers from and to, but from is 0.5/],
  [[0, Infinity, () => {}], {}, /but to is Infinity/],
  [[0, 3, "body"], {}, /takes a function third, but got "body"/],
  [[0, 3, () => {}], { step: 0 }, /step of parallelFor\(\) must be an integer other than 0, but is 0/],
  [[0, 3, () => {}], { reduce: 1 }, /reduce of parallelFor\(\) must be a function/],
  [[0, 3, () => {}], { iterationsPerCall: 0 }, /iterationsPerCall of parallelFor\(\) must be an integer of at least 1/],
  [[0, 3, () => {}], { completion: { minSuccessful: 1 } }, /has no option completion/],
])("refuses %j %j", (loop, options, message) => {
  expect(() => parallelFor(new Noting(), () => LIMITS, loop as never, options as never)).toThrow(message);
});
