/** A store of the executor's own, of which nobody else knows: what fits into messages is never written there. */
import { readdirSync } from "node:fs";
import { FileStore } from "nodewren";
import { describe, expect, it, onTestFinished, type TestContext } from "vitest";
import { combo, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";

function newOwn(context: TestContext) {
  skipOn(context, combo.backend !== "local", "workers elsewhere cannot read a folder of this machine");
  const store = FileStore.temporary();
  onTestFinished(() => store.close());
  return { executor: newExecutor({ store }), filesNow: () => filesIn(store.folder) };
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /^jobs.*results./.test(name));

describe("a job of which nobody else knows", () => {
  it("writes no result that its worker's answer has room for, while it runs", async (context) => {
    const { executor, filesNow } = newOwn(context);
    const job = executor.map((x: number) => new Uint8Array(x), [10, 20, 200_000], { callsPerShard: 1, retries: 0 });
    const seen: string[][] = [];
    for await (const value of job) seen.push([...filesNow(), `${value.length}`]);
    // The large one only.
    expect(seen.flat().filter((name) => name.startsWith("jobs")).length).toBeLessThanOrEqual(3);
    expect(await job).toHaveLength(3);
  });

  it("feeds others with it", async (context) => {
    const { executor } = newOwn(context);
    const first = executor.map((x: number) => x + 1, [1, 2, 3], { callsPerShard: 1 });
    await first.futures[0];
    // Some of what it needs was answered before anybody needed it, and some is stored from now on.
    const second = executor.map((x: number) => x * 10, first);
    expect(await second).toEqual([20, 30, 40]);
    expect(await executor.map((x: number) => x * 10, first)).toEqual([20, 30, 40]);
  });

  it("has all values of as many results as there are, of whatever size", async (context) => {
    const { executor } = newOwn(context);
    // 35 MB in all: more than the host holds, so that the later ones are left in the store.
    const values = await executor.map(
      (x: number) => new Uint8Array(50_000).fill(x),
      Array.from({ length: 700 }, (_, i) => i % 250),
      { callsPerShard: 1 },
    );
    expect(values.every((value, i) => value.length === 50_000 && value[7] === i % 250)).toBe(true);
  });
});
