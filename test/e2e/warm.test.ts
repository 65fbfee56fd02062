import { expect, it } from "vitest";
import { newExecutor } from "../support/executors.js";

it("workers are warm before there is work, no more than can run, and are those that run the next job", async () => {
  const executor = newExecutor({ workers: 2 });
  expect(await executor.warm(1)).toBe(1);
  expect(await executor.warm(9)).toBe(2);
  const job = executor.map((x: number) => x, [1, 2, 3, 4], { callsPerShard: 1, speculate: false });
  await job;
  expect(job.report().workers).toBeLessThanOrEqual(2);
});

it("takes a number of workers, and refuses others", async () => {
  const executor = newExecutor();
  for (const n of [0, -1, 1.5, Number.NaN, "2"])
    await expect(executor.warm(n as number)).rejects.toThrow(/takes a number of workers, at least 1/);
});
