/** Shards that lag because their worker is slow. */
import { expect, it } from "vitest";
import { newWarmExecutor } from "../support/executors.js";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Each call takes 20 ms; the first attempt at call 60 takes far longer, as on a slow worker. */
const slowOnce = (slowMs: number) => {
  return async (x: number, { attempt }: { attempt: number }) => {
    await new Promise((resolve) => setTimeout(resolve, x === 60 && attempt === 1 ? slowMs : 20));
    return x;
  };
};

it("one of 64 is given to an idle worker as well, and the job does not wait for the slow one", async () => {
  const executor = newWarmExecutor();
  const slowMs = 30_000;
  const started = performance.now();
  const job = executor.map(slowOnce(slowMs), range(64), { shards: 64 });
  expect(await job).toEqual(range(64));
  expect(performance.now() - started).toBeLessThan(slowMs);
  const report = job.report();
  // More than one where something else keeps a core busy.
  expect(report.copies.won).toBeGreaterThan(0);
  expect([report.calls, report.shards]).toEqual([64, 64]);
  expect(report.perCall[60]?.attempts).toBe(2);
});

it("none is copied where the option forbids it", { tags: ["long"] }, async () => {
  const executor = newWarmExecutor();
  const job = executor.map(slowOnce(3000), range(64), { shards: 64, speculate: false });
  expect(await job).toEqual(range(64));
  expect(job.report().copies).toEqual({ started: 0, won: 0 });
  expect(job.report().perCall[60]).toMatchObject({ attempts: 1 });
});
