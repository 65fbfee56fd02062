import { afterEach, beforeEach, expect, it, vi } from "vitest";

// The clock takes Date.now when it is loaded, so time must be faked before.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

async function newClocks() {
  const { CallClock } = await import("../../../runtime-layer/call-clock.js");
  const clock = new CallClock();
  return { clock, watch: new CallClock(clock.memory) };
}

it("tells the other thread which call runs", async () => {
  const { clock, watch } = await newClocks();
  expect(watch.index).toBeNull();
  clock.startShard();
  expect(watch.index).toBeNull();
  clock.startCall(0, undefined);
  expect(watch.index).toBe(0);
  expect(watch.startedAt).toBe(Date.now());
  clock.endCalls();
  expect(watch.index).toBeNull();
});

it("tells of a call that overruns its time, and of no other", async () => {
  const { clock, watch } = await newClocks();
  clock.startCall(7, 100);
  vi.advanceTimersByTime(100);
  expect(watch.overdueIndex).toBeNull();
  vi.advanceTimersByTime(1);
  expect(watch.overdueIndex).toBe(7);
  clock.startCall(8, 100);
  expect(watch.overdueIndex).toBeNull();
  vi.advanceTimersByTime(101);
  clock.endCalls();
  expect(watch.overdueIndex).toBeNull();
  clock.startCall(9, undefined);
  vi.advanceTimersByTime(1e9);
  expect(watch.overdueIndex).toBeNull();
});

it("tells of a shard that comes to no end outside of its calls, and not of a long call or an idle worker", async () => {
  const { clock, watch } = await newClocks();
  const long = 3_600_000;
  vi.advanceTimersByTime(long);
  expect(watch.isStuck).toBe(false);
  clock.startShard();
  clock.startCall(0, undefined);
  vi.advanceTimersByTime(long);
  expect(watch.isStuck).toBe(false);
  clock.endCalls();
  expect(watch.isStuck).toBe(false);
  vi.advanceTimersByTime(long);
  expect(watch.isStuck).toBe(true);
  clock.endShard();
  expect(watch.isStuck).toBe(false);
});
