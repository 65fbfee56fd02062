import { describe, expect, it } from "vitest";
import { type Expected, expectedRequests, expectedTimes, type Ways } from "../../../src/cost/expected.js";

const shardsOf = (...calls: number[]) => calls.map((count) => ({ calls: count, inputBytes: 10 }));

const PLAN: Expected = {
  shards: shardsOf(2, 2, 2),
  callMs: 100,
  concurrentCalls: 1,
  paceMs: 0,
  concurrency: 2,
  startMs: 50,
  setupMs: 5,
  shardMs: 10,
};

describe("times", () => {
  it("are those of the shards on the workers that there are, each with its start", () => {
    expect(expectedTimes(PLAN)).toEqual({
      shardMs: [210, 210, 210],
      workers: 2,
      wallMs: 475,
      billedMs: 265 + 265 + 210,
    });
  });

  it("are shorter where calls run at once, and longer where they keep to a pace", () => {
    expect(expectedTimes({ ...PLAN, shards: shardsOf(5), concurrentCalls: 2 }).shardMs).toEqual([310]);
    expect(expectedTimes({ ...PLAN, shards: shardsOf(5), paceMs: 1000 }).shardMs).toEqual([4110]);
  });

  it("give the next shard to the worker that is free first", () => {
    const { wallMs } = expectedTimes({ ...PLAN, shards: shardsOf(10, 1, 1, 1), startMs: 0, setupMs: 0 });
    expect(wallMs).toBe(1010);
  });

  it("of no calls are none", () => {
    expect(expectedTimes({ ...PLAN, shards: [] })).toEqual({ shardMs: [], workers: 0, wallMs: 0, billedMs: 0 });
  });
});

const WAYS: Ways = {
  functions: 1,
  others: 0,
  inlineBytes: 100,
  answerBytes: 1000,
  resultBytes: 10,
  isDelivered: false,
  pollMs: undefined,
};

describe("requests", () => {
  const requests = (ways: Partial<Ways> = {}, plan: Partial<Expected> = {}) => {
    const expected = { ...PLAN, ...plan };
    return expectedRequests(expected, expectedTimes(expected), { ...WAYS, ...ways });
  };

  it("are the function, the inputs and the record once, a read of each worker and a write of each shard", () => {
    expect(requests()).toEqual({ reads: 2, writes: 3 + 3, lists: 0 });
    expect(requests({ functions: 2, others: 1 })).toEqual({ reads: 6, writes: 5 + 3, lists: 0 });
  });

  it("are more where inputs or results are large, and where results are written elsewhere", () => {
    expect(requests({ inlineBytes: 9 }).reads).toBe(2 + 3);
    expect(requests({ resultBytes: 600 }).reads).toBe(2 + 3);
    expect(requests({ isDelivered: true }).writes).toBe(3 + 6);
  });

  it("are more where only the store tells, and for long shards", () => {
    expect(requests({ pollMs: 100 })).toMatchObject({ reads: 2 + 3, lists: 5 });
    // Each looks twice whether the job was cancelled; the driver gives four signs.
    expect(requests({}, { callMs: 10_400 })).toEqual({ reads: 2 + 6 + 4, writes: 6 + 4, lists: 0 });
  });
});
