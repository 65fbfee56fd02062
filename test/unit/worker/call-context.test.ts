import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Context, type ShardContext } from "../../../src/worker/call-context.js";
import { MemoryStore } from "../../support/memory-store.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function shardContext(timeoutMs: number | undefined): ShardContext & { asked: number } {
  const controller = new AbortController();
  return {
    store: new MemoryStore(),
    timeoutMs,
    traceparent: undefined,
    executor: () => "an executor",
    asked: 0,
    get signal() {
      this.asked++;
      return controller.signal;
    },
  };
}

it("tells index, attempt and store", () => {
  const shard = shardContext(undefined);
  const context = new Context(3, 2, shard);
  expect([context.index, context.attempt]).toEqual([3, 2]);
  expect(context.store).toBe(shard.store);
  expect(context.executor).toBe("an executor");
});

it("makes the signal only for a function that asks for it", () => {
  const shard = shardContext(undefined);
  const context = new Context(0, 1, shard);
  expect(shard.asked).toBe(0);
  expect(context.signal).toBe(context.signal);
});

it("counts the time that remains down to 0, for each call anew", () => {
  const shard = shardContext(1000);
  const first = new Context(0, 1, shard);
  expect(first.remainingMs).toBe(1000);
  vi.advanceTimersByTime(400);
  expect(first.remainingMs).toBe(600);
  expect(new Context(1, 1, shard).remainingMs).toBe(1000);
  vi.advanceTimersByTime(5000);
  expect(first.remainingMs).toBe(0);
});

it("has for ever where there is no limit", () => {
  const context = new Context(0, 1, shardContext(undefined));
  vi.advanceTimersByTime(1e9);
  expect(context.remainingMs).toBe(Infinity);
});

it("works taken apart, as functions like to take it", () => {
  const { index, attempt, remainingMs, signal, store } = new Context(1, 1, shardContext(50));
  expect([index, attempt, remainingMs]).toEqual([1, 1, 50]);
  expect(signal).toBeInstanceOf(AbortSignal);
  expect(store).toBeInstanceOf(MemoryStore);
});
