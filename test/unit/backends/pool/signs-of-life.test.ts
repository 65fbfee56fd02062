import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEAF_MS, SILENT_MS, SignsOfLife, START_MS } from "../../../../src/backends/pool/signs-of-life.js";

let signs: SignsOfLife;
let missing: string[];

beforeEach(() => {
  vi.useFakeTimers();
  missing = [];
  signs = new SignsOfLife((what) => missing.push(what));
});
afterEach(() => void vi.useRealTimers());

/** Lets time pass while the worker beats, having begun with so many shards. */
function beat(ms: number, taken: number): void {
  for (let passed = 0; passed < ms; passed += 1000) {
    signs.beat({ type: "beat", taken });
    vi.advanceTimersByTime(1000);
  }
}

describe("a worker", () => {
  it("that beats and has begun may take any time", () => {
    signs.ready();
    signs.watch();
    beat(3_600_000, 1);
    expect(missing).toEqual([]);
  });

  it("that is silent is missed once", () => {
    signs.ready();
    signs.watch();
    beat(5000, 1);
    vi.advanceTimersByTime(SILENT_MS - 2000);
    expect(missing).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(missing).toEqual(["silent"]);
  });

  it("that beats, but does not begin with its second shard, is deaf", () => {
    signs.ready();
    signs.watch();
    beat(5000, 1);
    signs.stop();
    signs.watch();
    beat(DEAF_MS - 1000, 1);
    expect(missing).toEqual([]);
    beat(2000, 1);
    expect(missing).toEqual(["deaf"]);
    expect(signs.hasServed).toBe(true);
  });

  it("that starts has longer", () => {
    signs.watch();
    vi.advanceTimersByTime(START_MS - 1000);
    expect(missing).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(missing).toEqual(["slow"]);
  });

  it("that has no shard is not listened to", () => {
    signs.ready();
    signs.watch();
    signs.stop();
    vi.advanceTimersByTime(3_600_000);
    expect(missing).toEqual([]);
  });
});

it("a jump of the clock, or this process standing still, makes nobody silent", () => {
  signs.ready();
  signs.watch();
  beat(1000, 1);
  vi.setSystemTime(Date.now() + 3_600_000);
  // However late, one tick is one tick.
  vi.advanceTimersByTime(1000);
  expect(missing).toEqual([]);
});
