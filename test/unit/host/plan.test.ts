import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../../src/errors.js";
import { type PlanOptions, planShards } from "../../../src/host/plan.js";
import type { EncodedInputs } from "../../../src/wire/inputs.js";

/** On a failure fast-check prints the seed and the path; give them here to run the same case again. */
const parameters = { numRuns: 300 };

const MIB = 1024 * 1024;

function inputsOf(sizes: number[]): EncodedInputs {
  const starts = new Float64Array(sizes.length + 1);
  sizes.forEach((size, i) => {
    starts[i + 1] = (starts[i] as number) + size;
  });
  return { pieces: [], count: sizes.length, starts };
}

const limits = fc.record({
  concurrency: fc.integer({ min: 1, max: 2000 }),
  shardsPerWorker: fc.integer({ min: 1, max: 32 }),
});
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 100 * MIB })), {
  maxLength: 400,
});
const options: fc.Arbitrary<PlanOptions> = fc.oneof(
  fc.constant<PlanOptions>({}),
  fc.record({ callsPerShard: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ shards: fc.integer({ min: 1, max: 400 }) }),
);

describe("any plan", () => {
  it("has each call in exactly one shard, in order, with its bytes", () => {
    fc.assert(
      fc.property(sizes, limits, options, (bytes, backend, chosen) => {
        fc.pre((chosen.shards ?? 0) <= bytes.length);
        const inputs = inputsOf(bytes);
        const shards = planShards(inputs, backend, chosen);
        let next = 0;
        for (const shard of shards) {
          expect(shard.first).toBe(next);
          expect(shard.count).toBeGreaterThan(0);
          expect(shard.byteStart).toBe(inputs.starts[next]);
          next += shard.count;
          expect(shard.byteEnd).toBe(inputs.starts[next]);
        }
        expect(next).toBe(bytes.length);
        const names = shards.map(({ name }) => name);
        expect([...new Set(names)].sort()).toEqual(names);
      }),
      parameters,
    );
  });

  it("keeps to what the user asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2000 }), (calls, wanted) => {
        const inputs = inputsOf(Array(calls).fill(1));
        const backend = { concurrency: 4, shardsPerWorker: 16 };
        const byCalls = planShards(inputs, backend, { callsPerShard: wanted }).map(({ count }) => count);
        expect(Math.max(...byCalls)).toBeLessThanOrEqual(wanted);
        expect(byCalls).toHaveLength(Math.ceil(calls / wanted));
        if (wanted > calls) return;
        const byShards = planShards(inputs, backend, { shards: wanted }).map(({ count }) => count);
        expect(byShards).toHaveLength(wanted);
        expect(Math.max(...byShards) - Math.min(...byShards)).toBeLessThanOrEqual(1);
      }),
      parameters,
    );
  });

  it("without the user's word keeps each shard at 64 MiB of inputs, unless one input is larger", () => {
    fc.assert(
      fc.property(sizes, limits, (bytes, backend) => {
        for (const { count, byteStart, byteEnd } of planShards(inputsOf(bytes), backend, {}))
          if (count > 1) expect(byteEnd - byteStart).toBeLessThanOrEqual(64 * MIB);
      }),
      parameters,
    );
  });
});

describe("a plan from what is known", () => {
  const plan = (calls: number, concurrency: number, shardsPerWorker = 16) =>
    planShards(inputsOf(Array(calls).fill(1)), { concurrency, shardsPerWorker }, {}).map(({ count }) => count);

  it("of no calls has no shards", () => {
    expect(plan(0, 4)).toEqual([]);
  });

  it("gives every worker something to do as long as there are calls", () => {
    for (const calls of [1, 2, 3, 4, 5, 7, 8, 9, 100])
      expect(plan(calls, 4).length).toBeGreaterThanOrEqual(Math.min(calls, 4));
  });

  it("gets smaller and smaller towards the end, so that workers finish together", () => {
    const counts = plan(10_000, 2);
    expect(counts[0]).toBe(Math.ceil(10_000 / 32));
    expect(counts.at(-1)).toBeLessThanOrEqual(Math.ceil(10_000 / 512));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.length).toBeLessThan(70);
  });

  it("cuts where the inputs are large, and only there", () => {
    const sizes = [...Array(8).fill(20 * MIB), ...Array(40).fill(1), 200 * MIB, 1, 1];
    const shards = planShards(inputsOf(sizes), { concurrency: 1, shardsPerWorker: 1 }, {});
    for (const { count, byteStart, byteEnd } of shards)
      if (count > 1) expect(byteEnd - byteStart).toBeLessThanOrEqual(64 * MIB);
    expect(shards[0]?.count).toBe(2);
    expect(shards.some(({ count }) => count > 5)).toBe(true);
  });

  it("costs little more than shardsPerWorker shards a worker, however many calls there are", () => {
    for (const calls of [1e3, 1e5, 1e6]) expect(plan(calls, 8).length).toBeLessThan(8 * (16 + 2 * Math.log2(calls)));
  });
});

describe("a plan of calls that run at once", () => {
  const plan = (calls: number, options: PlanOptions, concurrency = 2) =>
    planShards(inputsOf(Array(calls).fill(1)), { concurrency, shardsPerWorker: 8 }, options).map(({ count }) => count);

  it("has shards of as many calls as a worker runs at once, and none smaller but the last", () => {
    expect(plan(50, { concurrentCalls: 25 })).toEqual([25, 25]);
    expect(plan(30, { concurrentCalls: 25 })).toEqual([25, 5]);
    expect(plan(10, { concurrentCalls: 25 })).toEqual([10]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 1000 }), (calls, concurrentCalls) => {
        const counts = plan(calls, { concurrentCalls }, 3);
        for (const count of counts.slice(0, -1)) expect(count % concurrentCalls).toBe(0);
      }),
      parameters,
    );
  });

  it("has shards that take no longer than a minute by the rate at which calls may start", () => {
    expect(Math.max(...plan(10_000, { limitPerSecond: 4 }, 2))).toBe(120);
    expect(plan(5, { limitPerSecond: 0.01, concurrentCalls: 25 })).toEqual([1, 1, 1, 1, 1]);
  });
});

it("refuses more shards than calls", () => {
  const refuse = () => planShards(inputsOf([1, 1]), { concurrency: 1, shardsPerWorker: 1 }, { shards: 3 });
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(/shards is 3.*2 calls/);
});
