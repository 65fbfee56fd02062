/** Trees of reducers on workers. */
import { FileStore } from "nodewren";
import { describe, expect, it } from "vitest";
import { combo, skipOn } from "../support/combo.js";
import { newWarmExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (a: number, b: number) => a + b;
const words = (text: string) => text.split(" ").map((word): [string, number] => [word, 1]);

describe("mapReduce()", () => {
  it.each([2, 3, 16])("keeps the order of the results, %i to a reducer", async (branch) => {
    const executor = newWarmExecutor();
    const list = (x: number) => [x];
    const concat = (a: number[], b: number[]) => [...a, ...b];
    expect(await executor.mapReduce(list, range(50), concat, { branch })).toEqual(range(50));
  });

  it("gives `initial` once, and instead of nothing", async () => {
    const executor = newWarmExecutor();
    const twice = (x: number) => 2 * x;
    expect(await executor.mapReduce(twice, range(100), sum, { initial: 7, branch: 4 })).toBe(9907);
    expect(await executor.mapReduce(twice, [], sum, { initial: 7 })).toBe(7);
    expect(await executor.mapReduce(twice, [21], sum)).toBe(42);
    await expect(executor.mapReduce(twice, [], sum)).rejects.toMatchObject({ code: "OPTION", option: "initial" });
  });

  it("reduces by key, in the order in which keys come", async () => {
    const executor = newWarmExecutor();
    const texts = ["b a b", "c", "a a", "b"];
    const counts = await executor.mapReduce(words, texts, sum, { keyed: true, branch: 2 });
    expect([...counts]).toEqual([
      ["b", 3],
      ["a", 3],
      ["c", 1],
    ]);
    const from = await executor.mapReduce(words, texts, sum, { keyed: true, branch: 2, initial: 10 });
    expect(from.get("c")).toBe(11);
    expect(from.get("b")).toBe(13);
    expect(await executor.mapReduce(words, ["x x"], sum, { keyed: true })).toEqual(new Map([["x", 2]]));
  });

  it("takes a stream of inputs, and reducers that wait", async () => {
    const executor = newWarmExecutor();
    async function* numbers() {
      yield* range(200);
    }
    const slowSum = async (a: number, b: number) => {
      await null;
      return a + b;
    };
    expect(await executor.mapReduce((x: number) => x, numbers(), slowSum)).toBe(19_900);
  });

  it("fails with the call that failed, wherever in the tree", async () => {
    const executor = newWarmExecutor();
    const failing = (x: number) => {
      if (x === 33) throw new RangeError("no 33");
      return x;
    };
    await expect(executor.mapReduce(failing, range(60), sum, { branch: 4 })).rejects.toThrow(
      /Call 33 of job \S+ threw RangeError: no 33/,
    );
    // 16 leaves of 4, of which the second level makes 4: only the third adds up to so much.
    const careful = (a: number, b: number) => {
      if (a + b > 1500) throw new RangeError("too much");
      return a + b;
    };
    await expect(executor.mapReduce((x: number) => x, range(64), careful, { branch: 4 })).rejects.toMatchObject({
      code: "CALL",
      message: expect.stringContaining("too much"),
    });
  });

  it("says what a keyed map function must give", async () => {
    const executor = newWarmExecutor();
    const wrong = (x: number) => x as unknown as [string, number][];
    await expect(executor.mapReduce(wrong, [1, 2], sum, { keyed: true })).rejects.toThrow(
      /collection of \[key, value\]/,
    );
  });

  it("refuses what cannot be before anything runs", () => {
    const executor = newWarmExecutor();
    const handle = Promise.resolve(1);
    const bad = { branch: 1 };
    expect(() => executor.mapReduce((x: number) => x, [1], sum, bad)).toThrow(
      expect.objectContaining({ code: "OPTION", option: "branch" }),
    );
    expect(() =>
      executor.mapReduce(
        (x: number) => x,
        [1],
        () => Number(handle),
      ),
    ).toThrow(expect.objectContaining({ code: "CAPTURE" }));
  });

  it("leaves jobs that can be looked at, in a store that stays", async (context) => {
    skipOn(context, combo.store !== "files", "what a test needs to list the store is its own");
    const store = new FileStore(newFolder());
    expect(await newWarmExecutor({ store }).mapReduce((x: number) => x, range(40), sum)).toBe(780);
    const jobs = new Set<string>();
    for await (const { key } of store.list("jobs/")) jobs.add(key.split("/")[1] as string);
    // The map, reducers of 16 each, and the last one.
    expect(jobs.size).toBe(3);
  });
});
