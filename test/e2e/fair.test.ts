/** Jobs that run at once on the workers of one executor. */
import { describe, expect, it } from "vitest";
import { isLambda } from "../support/combo.js";
import { newWarmExecutor } from "../support/executors.js";
import { shareOf } from "../support/long.js";

const SLOW_MS = 100;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe.skipIf(isLambda)("a small job beside a large one", () => {
  const CALLS: [string, (x: number) => number | Promise<number>][] = [
    ["whose calls wait", (x) => new Promise((resolve) => setTimeout(() => resolve(x), SLOW_MS))],
    [
      "whose calls compute",
      (x) => {
        for (const end = performance.now() + SLOW_MS; performance.now() < end; );
        return x;
      },
    ],
  ];
  it.each(shareOf(CALLS, 1))("%s, does not wait for the end of its shards", async (_how, fn) => {
    const executor = newWarmExecutor();
    await executor.map((x: number) => x, [1, 2]);
    const slow = executor.map(fn, range(60), { shards: 2 });
    let isSlowOver = false;
    const over = slow.then(() => {
      isSlowOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await executor.map((x: number) => x + 1, range(50))).toEqual(range(50).map((x) => x + 1));
    // Both of its shards take 3 s, and so end together.
    expect(isSlowOver).toBe(false);
    await over;
    expect(await slow).toEqual(range(60));
  });

  it("costs the large one no call: each runs once, at its first attempt", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const slow = executor.map(
      async (_: number, { attempt }) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return attempt;
      },
      range(40),
      { shards: 2 },
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let i = 0; i < 3; i++) await executor.map((x: number) => x, range(10));
    expect(await slow).toEqual(range(40).fill(1));
    const report = slow.report();
    expect(report.calls).toBe(40);
    expect(report.shards).toBeGreaterThan(2);
  });
});
