import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Death, WorkerRefusal } from "../../../../src/backends/backend.js";
import type { Standing } from "../../../../src/backends/several/standing.js";

let standing: Standing;

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["hrtime", "performance", "setTimeout"] });
  vi.resetModules();
  const { Standing } = await import("../../../../src/backends/several/standing.js");
  standing = new Standing();
});
afterEach(() => void vi.useRealTimers());

const monotonicMs = () => process.hrtime()[0] * 1e3 + process.hrtime()[1] / 1e6;
/** Of the classes that the module knows, which was loaded anew. */
async function errors() {
  return import("../../../../src/backends/backend.js");
}

async function refused(fields: Partial<ConstructorParameters<typeof WorkerRefusal>[2]> = {}) {
  const { WorkerRefusal } = await errors();
  return { failed: new WorkerRefusal("invoke", "No such function.", { transient: false, ...fields }) };
}

async function died(kind: Death["kind"]) {
  const { WorkerDeath } = await errors();
  return { failed: new WorkerDeath({ kind, index: undefined, certain: false }) };
}

it("leaves a place out after three failures in a row, with why, and says so once", async () => {
  const how = await refused();
  expect([standing.note(how, 0), standing.note(how, 0), standing.isOut]).toEqual([undefined, undefined, false]);
  expect(standing.note(how, 0)).toMatch(/3 shards in a row failed there.*No such function/);
  expect(standing.isOut).toBe(true);
  expect(standing.note(how, 0)).toBeUndefined();
});

it("tries it again after a minute: one more failure is enough then, and an answer brings it back", async () => {
  const how = await refused();
  for (let i = 0; i < 3; i++) standing.note(how, 0);
  vi.advanceTimersByTime(60_001);
  expect(standing.isOut).toBe(false);
  standing.note(how, 0);
  expect(standing.isOut).toBe(true);
  standing.note("answered", 0);
  expect(standing.isOut).toBe(false);
  standing.note(how, 0);
  expect(standing.isOut).toBe(false);
});

describe("no fault of the place's", () => {
  it.each<[string, () => unknown]>([
    ["what a call did to its worker", () => died("exit")],
    ["a call's time limit", () => died("timeout")],
    ["a worker that another job had spoilt", () => refused({ transient: true, isUnfit: true })],
    ["the end of the job", () => "over"],
    ["a copy that was first soon", () => "overtaken"],
  ])("is %s", async (_what, how) => {
    const left = (await how()) as never;
    for (let i = 0; i < 9; i++) standing.note(left, monotonicMs());
    expect(standing.isOut).toBe(false);
  });
});

describe("a fault of the place's", () => {
  it.each<[string, () => unknown]>([
    ["a worker that was killed", () => died("signal")],
    ["one of which nothing was heard", () => died("lost")],
    ["a store that its workers cannot read", async () => refused({ transient: true })],
  ])("is %s", async (_what, how) => {
    const left = (await how()) as never;
    for (let i = 0; i < 3; i++) standing.note(left, 0);
    expect(standing.isOut).toBe(true);
  });

  it("is ten seconds of silence, when a copy elsewhere was first, unless others were answered meanwhile", () => {
    const enteredAt = monotonicMs();
    vi.advanceTimersByTime(10_000);
    standing.note("answered", enteredAt);
    for (let i = 0; i < 3; i++) standing.note("overtaken", enteredAt);
    expect(standing.isOut).toBe(false);
    const later = monotonicMs() + 1;
    vi.advanceTimersByTime(10_002);
    for (let i = 0; i < 3; i++) standing.note("overtaken", later);
    expect(standing.isOut).toBe(true);
  });
});

it("one that cannot be reached is out until it is, and is not asked for a minute", () => {
  expect(standing.unreachable("no route")).toBe("no route");
  expect([standing.isOut, standing.isUnreachable]).toEqual([true, true]);
  vi.advanceTimersByTime(60_001);
  expect([standing.isOut, standing.isUnreachable]).toEqual([true, false]);
  standing.reached();
  expect(standing.isOut).toBe(false);
});

it("that it can be reached says nothing of shards that failed there", async () => {
  const how = await refused();
  for (let i = 0; i < 3; i++) standing.note(how, 0);
  standing.reached();
  expect(standing.isOut).toBe(true);
});

it("tells of the time in which it was out", async () => {
  const at = () => performance.timeOrigin + performance.now();
  const before = at();
  vi.advanceTimersByTime(1000);
  standing.unreachable("no route");
  const during = at();
  expect(standing.whyOut(before, during - 1)).toBeUndefined();
  expect(standing.whyOut(before, during + 1)).toBe("no route");
  vi.advanceTimersByTime(1000);
  standing.reached();
  vi.advanceTimersByTime(1000);
  expect(standing.whyOut(at(), at() + 1)).toBeUndefined();
});
