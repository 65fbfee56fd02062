import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { InnerExecutor, noExecutor } from "../../../src/worker/inner-executor.js";
import { until } from "../../support/until.js";

const { signal } = new AbortController();

/** Counts what is made and closed. */
function counting() {
  const counts = { made: 0, closed: 0 };
  const inner = new InnerExecutor(() => {
    counts.made++;
    const close = async () => {
      await sleep(1);
      counts.closed++;
    };
    return { close };
  });
  return { inner, counts };
}

it("is made when it is first asked for, and kept for the job's next shards", async () => {
  const { inner, counts } = counting();
  await inner.begin("a", () => signal);
  inner.end();
  expect(counts.made).toBe(0);
  await inner.begin("a", () => signal);
  const first = inner.get();
  inner.end();
  await inner.begin("a", () => signal);
  expect(inner.get()).toBe(first);
  expect(counts).toEqual({ made: 1, closed: 0 });
});

it("has ended when another job begins, or the job that was cancelled", async () => {
  const { inner, counts } = counting();
  const controller = new AbortController();
  await inner.begin("a", () => controller.signal);
  inner.get();
  inner.end();
  await inner.begin("b", () => controller.signal);
  expect(counts).toEqual({ made: 1, closed: 1 });
  inner.get();
  controller.abort();
  inner.end();
  await inner.begin("b", () => signal);
  expect(counts).toEqual({ made: 2, closed: 2 });
});

it("ends by itself when the job needs it no more", async () => {
  const { inner, counts } = counting();
  await inner.begin("a", () => signal);
  inner.get();
  inner.end();
  await until(() => counts.closed === 1, 20_000);
});

it("where there is none, the error says so", () => {
  expect(noExecutor).toThrow(/start no others, so there is no context.executor/);
});
