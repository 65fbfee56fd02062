import { afterEach, beforeEach, expect, it, vi } from "vitest";

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => void vi.useFakeTimers({ toFake: ["hrtime"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

async function newClocks() {
  const { CallClock } = await import("../../../../src/worker/watchdog/call-clock.js");
  const { monotonicMs } = await import("../../../../src/util/time.js");
  const clock = new CallClock();
  return { clock, watch: new CallClock(clock.memory), monotonicMs };
}

it("tells the other thread which call runs", async () => {
  const { clock, watch, monotonicMs } = await newClocks();
  expect(watch.index).toBeNull();
  clock.startShard();
  expect(watch.index).toBeNull();
  clock.startCall(0, undefined);
  expect(watch.index).toBe(0);
  expect(watch.startedAt).toBe(monotonicMs());
  clock.endCalls();
  expect(watch.index).toBeNull();
});

it("tells of a call that overruns its time, and of no other", async () => {
  const { clock, watch } = await newClocks();
  clock.startCall(7, 100);
  vi.advanceTimersByTime(100);
  expect(watch.overdue).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(watch.overdue).toEqual({ index: 7 });
  clock.startCall(8, 100);
  expect(watch.overdue).toBeUndefined();
  vi.advanceTimersByTime(101);
  clock.endCalls();
  expect(watch.overdue).toBeUndefined();
  clock.startCall(9, undefined);
  vi.advanceTimersByTime(1e9);
  expect(watch.overdue).toBeUndefined();
});

it("tells of a setup, which is no call but has its time", async () => {
  const { clock, watch } = await newClocks();
  clock.startShard(1000);
  clock.startSetup(100);
  expect(watch.index).toBeNull();
  expect(watch.isBusy).toBe(true);
  expect(watch.running).toEqual({ index: null, during: "setup" });
  expect(watch.overdue).toBeUndefined();
  vi.advanceTimersByTime(3_600_000);
  expect(watch.isStuck).toBe(false);
  expect(watch.overdue).toEqual({ index: null, during: "setup" });
  expect(watch.longRunning).toEqual({ index: null, during: "setup" });
  clock.endCalls();
  expect(watch.isBusy).toBe(false);
  expect(watch.running).toEqual({ index: null });
  expect(watch.overdue).toBeUndefined();
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
