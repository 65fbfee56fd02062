import { afterEach, beforeEach, expect, it, vi } from "vitest";

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => void vi.useFakeTimers({ toFake: ["hrtime"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

async function load() {
  const { CallClock } = await import("../../../../src/worker/watchdog/call-clock.js");
  const overrun = await import("../../../../src/worker/watchdog/overrun.js");
  return { clock: new CallClock(), ...overrun };
}

it("finds nothing while nothing runs, or what runs is within its limits", async () => {
  const { clock, overrunOf } = await load();
  expect(overrunOf(clock, 0)).toBeUndefined();
  clock.startShard(1000);
  expect(overrunOf(clock, 0)).toBeUndefined();
  clock.startCall(0, 500);
  vi.advanceTimersByTime(500);
  expect(overrunOf(clock, Infinity)).toBeUndefined();
});

it("finds a call past its time or memory, a shard that stands still, and one past its end", async () => {
  const { clock, overrunOf } = await load();
  clock.startShard();
  clock.startCall(4, 500);
  expect(overrunOf(clock, 0)).toEqual({ type: "memory", index: 4 });
  vi.advanceTimersByTime(501);
  expect(overrunOf(clock, undefined)).toEqual({ type: "timeout", index: 4 });
  clock.endCalls();
  vi.advanceTimersByTime(3_600_000);
  expect(overrunOf(clock, undefined)).toEqual({ type: "stuck", index: null });
  clock.endShard();
  expect(overrunOf(clock, undefined)).toBeUndefined();
});

it("at the shard's end names the call that took most of its time, and no other", async () => {
  const { clock, overrunOf } = await load();
  clock.startShard(1000);
  clock.startCall(0, undefined);
  vi.advanceTimersByTime(450);
  clock.startCall(1, undefined);
  vi.advanceTimersByTime(551);
  expect(overrunOf(clock, undefined)).toEqual({ type: "deadline", index: 1 });
  clock.startCall(2, undefined);
  expect(overrunOf(clock, undefined)).toEqual({ type: "deadline", index: null });
});

it("an old shard's end does not count for the next one, however long the environment stood still", async () => {
  const { clock, overrunOf } = await load();
  clock.startShard(1000);
  clock.startCall(0, 100);
  clock.endCalls();
  clock.endShard();
  vi.advanceTimersByTime(3_600_000);
  expect(overrunOf(clock, 0)).toBeUndefined();
  clock.startShard();
  clock.startCall(0, 100);
  expect(overrunOf(clock, undefined)).toBeUndefined();
});

it("tells once of each call that has run for a while, even of one with the number of the last", async () => {
  const { clock, Suspects } = await load();
  const suspects = new Suspects(clock, 100);
  expect(suspects.next()).toBeUndefined();
  for (const _try of [1, 2]) {
    clock.startCall(0, undefined);
    vi.advanceTimersByTime(99);
    expect(suspects.next()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(suspects.next()).toEqual({ type: "running", index: 0 });
    expect(suspects.next()).toBeUndefined();
  }
});

it("of calls that run at once gives the main thread time to give up the one that overruns, and suspects who blocks it", async () => {
  const { clock, overrunOf, Suspects } = await load();
  const { monotonicMs } = await import("../../../../src/util/time.js");
  const calls = { count: 3, startedAt: monotonicMs(), timeoutMs: 500, entered: undefined };
  clock.runAtOnce(calls);
  vi.advanceTimersByTime(1500);
  expect(overrunOf(clock, undefined)).toBeUndefined();
  expect(overrunOf(clock, 0)).toEqual({ type: "memory", index: null, atOnce: 3 });
  clock.runAtOnce({ ...calls, entered: 7 });
  expect(new Suspects(clock, 100).next()).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(overrunOf(clock, undefined)).toEqual({ type: "timeout", index: 7, atOnce: 3 });
  clock.startCall(8, 500);
  expect(clock.running).toEqual({ index: 8 });
});
