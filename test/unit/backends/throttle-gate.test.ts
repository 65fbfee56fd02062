import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gate } from "../../../src/backends/throttle-gate.js";

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.spyOn(Math, "random").mockReturnValue(1);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Enters so many, and tells how many came through so far. */
function enter(gate: Gate, count: number, signal = never) {
  const state = { entered: 0, errors: [] as Error[] };
  for (let i = 0; i < count; i++)
    gate.enter(signal).then(
      () => state.entered++,
      (error) => state.errors.push(error),
    );
  return state;
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("a gate", () => {
  it("lets through as many as it may, and the others as these leave", async () => {
    const gate = new Gate({ max: 3, maxThrottleMs: 1000 });
    const state = enter(gate, 5);
    await settle();
    expect(state.entered).toBe(3);
    expect(gate.isFull).toBe(true);
    gate.leave(true);
    await settle();
    expect(state.entered).toBe(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that was throttled holds back what is more than still open, and tries one more after a pause", async () => {
    const gate = new Gate({ max: 100, maxThrottleMs: 10_000 });
    const state = enter(gate, 10);
    await settle();
    for (let i = 0; i < 6; i++) gate.throttle("full");
    const back = enter(gate, 6);
    await vi.advanceTimersByTimeAsync(99);
    expect(back.entered).toBe(0);
    gate.leave(true);
    await settle();
    expect(back.entered).toBe(1);
    await vi.advanceTimersByTimeAsync(101);
    expect(back.entered).toBe(2);
    expect(state.entered).toBe(10);
  });

  it("pauses longer while all tries are throttled, up to five seconds", async () => {
    const gate = new Gate({ max: 10, maxThrottleMs: 100_000 });
    const times: number[] = [];
    const tried = (async () => {
      for (let i = 0; i < 9; i++) {
        await gate.enter(never, i > 0);
        times.push(performance.now());
        gate.throttle("full");
      }
    })();
    await vi.advanceTimersByTimeAsync(30_000);
    await tried;
    const pauses = times.slice(1).map((time, i) => Math.round(time - (times[i] as number)));
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it("widens by a tenth a try when nothing is throttled any more", async () => {
    const gate = new Gate({ max: 1000, maxThrottleMs: 100_000 });
    enter(gate, 101);
    await settle();
    gate.throttle("full");
    const more = enter(gate, 500);
    await vi.advanceTimersByTimeAsync(105);
    expect(more.entered).toBe(10);
    await vi.advanceTimersByTimeAsync(200);
    expect(more.entered).toBe(10 + 11);
  });

  it("waits for as long as it is told, but no longer than a minute", async () => {
    for (const [told, waited] of [
      [3000, 3000],
      [1e9, 60_000],
    ] as const) {
      const gate = new Gate({ max: 10, maxThrottleMs: 1e6 });
      await gate.enter(never);
      gate.throttle("full", told);
      const state = enter(gate, 1);
      await vi.advanceTimersByTimeAsync(waited - 1);
      expect(state.entered).toBe(0);
      await vi.advanceTimersByTimeAsync(102);
      expect(state.entered).toBe(1);
    }
  });

  it("gives all up, at once, when nothing came through for too long", async () => {
    const gate = new Gate({ max: 10, maxThrottleMs: 1000 });
    const errors: Error[] = [];
    const tryOn = async () => {
      for (;;) {
        await gate.enter(never, true);
        gate.throttle("It is full.");
      }
    };
    for (let i = 0; i < 3; i++) void tryOn().catch((error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(999);
    expect(errors).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatchObject({ transient: false });
    expect(errors[0]?.message).toMatch(
      /It is full. No invocation was accepted for \d s \(option maxThrottleMs: 1000\)/,
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is patient once for all that come while it has given up, and anew when they have stopped coming", async () => {
    const gate = new Gate({ max: 2, maxThrottleMs: 1000 });
    const tryOn = async () => {
      for (let isBack = false; ; isBack = true) {
        await gate.enter(never, isBack);
        gate.throttle("It is full.");
      }
    };
    const started = performance.now();
    const first = expect(tryOn()).rejects.toThrow(/full/);
    await vi.advanceTimersByTimeAsync(5000);
    await first;
    const wave = performance.now();
    for (let i = 0; i < 20; i++) await expect(tryOn()).rejects.toThrow(/No invocation was accepted for \d s/);
    expect(performance.now()).toBe(wave);
    expect(wave - started).toBeLessThanOrEqual(5000);
    await vi.advanceTimersByTimeAsync(11_000);
    await gate.enter(never);
    gate.leave(true);
    const later = enter(gate, 1);
    await settle();
    expect(later).toEqual({ entered: 1, errors: [] });
  });

  it("gives nothing up while one is still open, however long", async () => {
    const gate = new Gate({ max: 10, maxThrottleMs: 1000 });
    await gate.enter(never);
    const errors: Error[] = [];
    const tryOn = async (signal: AbortSignal) => {
      for (;;) {
        await gate.enter(signal, true);
        gate.throttle("full");
      }
    };
    const controller = new AbortController();
    void tryOn(controller.signal).catch((error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(errors).toEqual([]);
    controller.abort();
    await settle();
  });

  it("leaves no timer behind when those that wait are aborted, and works on for those that come", async () => {
    const gate = new Gate({ max: 10, maxThrottleMs: 1000 });
    await gate.enter(never);
    gate.throttle("full");
    const controller = new AbortController();
    const state = enter(gate, 2, controller.signal);
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    controller.abort(new Error("enough"));
    await settle();
    expect(state.errors.map(({ message }) => message)).toEqual(["enough", "enough"]);
    expect(vi.getTimerCount()).toBe(0);
    const next = enter(gate, 1);
    await vi.advanceTimersByTimeAsync(200);
    expect(next.entered).toBe(1);
  });

  it("refuses who comes with an aborted signal, and takes no room for it", async () => {
    const gate = new Gate({ max: 1, maxThrottleMs: 1000 });
    await expect(gate.enter(AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect(gate.isFull).toBe(false);
  });

  it("forgets a throttle after ten quiet seconds", async () => {
    const gate = new Gate({ max: 10, maxThrottleMs: 1000 });
    await gate.enter(never);
    gate.throttle("full");
    await vi.advanceTimersByTimeAsync(10_001);
    const state = enter(gate, 10);
    await settle();
    expect(state.entered).toBe(10);
  });
});
