import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { IdleTimers } from "../../../../src/backends/pool/idle-timers.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("ends what was idle for long enough, once, and nothing that was busy meanwhile", () => {
  const ended: string[] = [];
  const idle = new IdleTimers<{ name: string }>(100, ({ name }) => ended.push(name));
  const [a, b] = [{ name: "a" }, { name: "b" }];
  idle.start(a);
  idle.start(b);
  vi.advanceTimersByTime(99);
  idle.stop(b);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(["a"]);
  idle.start(b);
  vi.advanceTimersByTime(99);
  idle.start(b);
  vi.advanceTimersByTime(99);
  expect(ended).toEqual(["a"]);
  vi.advanceTimersByTime(1000);
  expect(ended).toEqual(["a", "b"]);
});

it("ends nothing without a limit", () => {
  const end = vi.fn();
  new IdleTimers(undefined, end).start({});
  vi.advanceTimersByTime(1e9);
  expect(end).not.toHaveBeenCalled();
});
