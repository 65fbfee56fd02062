/** Pairs that are divided by key among reducers, through the store. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { files, type InputItem, type JobReport } from "nodewren";
import { describe, expect, it } from "vitest";
import { combo, isLambda, skipOn } from "../support/combo.js";
import { newWarmExecutor, sharedStore } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (a: number, b: number) => a + b;

/** Pseudo-words of which some come often and some once. */
const TEXTS = range(40).map((i) => range(50).map((j) => `w${(i * j * 7) % (10 + i)}`));

function counted(texts: string[][]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts];
}

async function linesOfItem(item: InputItem): Promise<string[]> {
  const lines = [];
  for await (const line of item.lines()) lines.push(line);
  return lines;
}

const pairsOf = (words: string[]) => words.map((word): [string, number] => [word, 1]);

describe("mapReduce() by key", () => {
  it("counts as a plain loop does, with two requests a shard", async () => {
    const executor = newWarmExecutor();
    const reports: JobReport[] = [];
    const counts = await executor.mapReduce(pairsOf, TEXTS, sum, {
      keyed: true,
      callsPerShard: 2,
      reducers: 1,
      speculate: false,
      reports: (all) => reports.push(...all),
    });
    expect([...counts]).toEqual(counted(TEXTS));
    const [map, reduce] = reports as [JobReport, JobReport];
    expect([map.calls, map.shards, reduce.calls, reduce.shards]).toEqual([40, 20, 1, 1]);
    const { workers, host } = map.requests;
    expect(workers.writes).toBe(20);
    // Each worker reads both functions, and where inputs do not ride, its range of them.
    expect(workers.reads).toBeLessThanOrEqual(2 * map.workers + 20);
    expect(reduce.requests.workers.writes).toBe(1);
    // A range of each, the function, the inputs, and the record where it is compared.
    expect(reduce.requests.workers.reads).toBeLessThanOrEqual(20 + 3);
    // Who polls reads the head of each result; else it comes with the answer.
    expect(host.reads).toBeLessThanOrEqual(combo.backend === "poll" ? 22 : 2);
  });

  it("stores a short list of files as one piece, planned as an array is", async (context) => {
    skipOn(context, isLambda, "workers elsewhere cannot read files of this machine");
    const folder = newFolder();
    for (const i of range(60)) writeFileSync(join(folder, `${i}.txt`), `odd-${i % 2}\neven-${i % 2}\n`);
    const executor = newWarmExecutor({ store: sharedStore() });
    const reports: JobReport[] = [];
    const counts = await executor.mapReduce(
      async (item: InputItem) => (await linesOfItem(item)).map((line): [string, number] => [line, 1]),
      files("*.txt", { cwd: folder }),
      sum,
      { keyed: true, callsPerShard: 3, reports: (all) => reports.push(...all), speculate: false },
    );
    expect(Object.fromEntries(counts)).toEqual({ "odd-0": 30, "odd-1": 30, "even-0": 30, "even-1": 30 });
    const [map] = reports as [JobReport];
    expect([map.calls, map.shards]).toEqual([60, 20]);
    // The functions, the inputs, the record and the driver's sign; segments would be two each.
    expect(map.requests.host.writes).toBeLessThanOrEqual(6);
  });

  it("gives each reducer its part, in the order of the parts, also where that is empty", async () => {
    const executor = newWarmExecutor();
    const found = await executor.mapReduce(
      (x: number) => [[x % 10, [x]] as [number, number[]]],
      range(30),
      (a, b) => [...a, ...b],
      {
        keyed: true,
        reducers: 4,
        partition: (key, reducers) => (key < 5 ? 1 : reducers - 1),
        finish: (entries, { index }) => ({ index, entries: [...entries] }),
      },
    );
    const of = (keys: number[]) => keys.map((key) => [key, [key, key + 10, key + 20]]);
    expect(found).toEqual([
      { index: 0, entries: [] },
      { index: 1, entries: of([0, 1, 2, 3, 4]) },
      { index: 2, entries: [] },
      { index: 3, entries: of([5, 6, 7, 8, 9]) },
    ]);
  });

  it("takes for the same key what a Map does", async () => {
    const executor = newWarmExecutor();
    const keys = [0, -0, NaN, "1", 1, 1n, true, "true", null, undefined, "null", ""];
    const expected = new Map<unknown, number>();
    for (const key of [...keys, ...keys]) expected.set(key, (expected.get(key) ?? 0) + 1);
    const pairs = (more: unknown[]) => more.map((key): [unknown, number] => [key, 1]);
    const options = { keyed: true, callsPerShard: 1, reducers: 5 } as const;
    expect(await executor.mapReduce(pairs, [keys, keys], sum, options)).toEqual(expected);
  });

  it("keeps the order of values, by a function that waits, with `initial` once a key", async () => {
    const executor = newWarmExecutor();
    const joined = await executor.mapReduce(
      (x: number): [string, string][] => [
        ["all", `${x}`],
        [x % 2 ? "odd" : "even", `${x}`],
      ],
      range(20),
      async (a, b) => {
        await null;
        return `${a},${b}`;
      },
      { keyed: true, callsPerShard: 3, initial: "from", reducers: 2 },
    );
    const list = (some: number[]) => `from,${some.join(",")}`;
    expect([...joined]).toEqual([
      ["all", list(range(20))],
      ["even", list(range(20).filter((x) => x % 2 === 0))],
      ["odd", list(range(20).filter((x) => x % 2 === 1))],
    ]);
  });

  it("goes on with the pieces of a shard whose worker was killed", { tags: ["long"] }, async (context) => {
    skipOn(context, isLambda, "a local process is killed by its own call");
    const executor = newWarmExecutor();
    const counts = await executor.mapReduce(
      (words: string[], { index, attempt }) => {
        if (index === 5 && attempt === 1) process.kill(process.pid, "SIGKILL");
        return words.map((word): [string, number] => [word, 1]);
      },
      TEXTS,
      sum,
      { keyed: true, shards: 4, concurrentCalls: 2, speculate: false },
    );
    expect([...counts]).toEqual(counted(TEXTS));
  });

  it("fails with what a reducer threw, which it names", async () => {
    const executor = newWarmExecutor();
    const careful = (a: number, b: number) => {
      if (a + b > 30) throw new RangeError("too often");
      return a + b;
    };
    const options = { keyed: true, callsPerShard: 1, reducers: 1 } as const;
    await expect(executor.mapReduce(pairsOf, TEXTS, careful, options)).rejects.toMatchObject({
      code: "CALL",
      className: "RangeError",
      message: expect.stringMatching(/too often\nIt is reducer 1 of 1, of the pairs that the calls of job \S+ gave\./),
    });
  });

  it("fails with what a call threw, or gave as a part", async () => {
    const executor = newWarmExecutor();
    const failing = (x: number): [number, number][] => {
      if (x === 3) throw new TypeError("no 3");
      return [[x, x]];
    };
    await expect(executor.mapReduce(failing, range(6), sum, { keyed: true })).rejects.toThrow(
      /Call 3 of job \S+ threw TypeError: no 3/,
    );
    const pair = (x: number): [number, number][] => [[x, x]];
    const options = { keyed: true, reducers: 2, partition: (key: number) => key } as const;
    await expect(executor.mapReduce(pair, range(3), sum, options)).rejects.toThrow(
      /partition must give a whole number from 0 to 1, .* but gave 2 for the key 2/,
    );
  });

  it.each([
    [{ reducers: 2 }, "reducers"],
    [{ finish: () => 1 }, "finish"],
    [{ keyed: true, partition: () => 0 }, "reducers"],
    [{ keyed: true, reducers: 0 }, "reducers"],
    [{ keyed: true, cache: true }, "cache"],
    [{ keyed: true, output: "out" }, "output"],
  ])("refuses %o before anything runs", (options, option) => {
    const executor = newWarmExecutor();
    expect(() => executor.mapReduce(pairsOf, TEXTS, sum, options as never)).toThrow(
      expect.objectContaining({ code: "OPTION", option }),
    );
  });
});

describe("job.reduce()", () => {
  it("reduces what a job gave, in order, and leaves it as it is", async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => [x], range(50));
    const concat = (a: number[], b: number[]) => [...a, ...b];
    expect(await job.reduce(concat, { branch: 3 })).toEqual(range(50));
    expect(await job.reduce(concat, { branch: 60, initial: [-1] })).toEqual([-1, ...range(50)]);
    expect(await job).toEqual(range(50).map((x) => [x]));
  });

  it("reduces by key", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(pairsOf, TEXTS);
    expect([...(await job.reduce(sum, { keyed: true, branch: 7 }))]).toEqual(counted(TEXTS));
    const sizes = await job.reduce(sum, { keyed: true, reducers: 3, finish: ({ size }) => size });
    expect(sizes).toHaveLength(3);
    expect(sizes.reduce(sum)).toBe(counted(TEXTS).length);
  });

  it("fails at the third level with that very error, and the job stands", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => x, range(300));
    // 75 calls of 4, 19 of 16, 5 of 64, 2 of 256, 1: at the third level, the second call is the first to add up to so much.
    const careful = (a: number, b: number) => {
      if (a + b > 3000) throw new RangeError("too much");
      return a + b;
    };
    const failure = await job.reduce(careful, { branch: 4 }).catch((error) => error);
    expect(failure).toMatchObject({ code: "CALL", className: "RangeError" });
    expect(failure.message).toBe(
      `Call 1 of job ${failure.jobId} threw RangeError: too much\nIt reduces results at level 3 of 5: those of the calls 64 to 127 of job ${job.id}.`,
    );
    expect(failure.stack).toContain("level 3 of 5");
    expect(await job).toEqual(range(300));
    expect(await job.reduce(sum, { branch: 4 })).toBe(44_850);
  });

  it("leaves values in the store that nobody here asks for", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const BYTES = 50_000;
    const job = executor.map((x: number) => new Uint8Array(BYTES).fill(x), range(32), { speculate: false });
    const last = <T>(_: T, b: T) => b;
    const reports: JobReport[] = [];
    const kept = await job.reduce(last, { branch: 4, speculate: false, reports: (all) => reports.push(...all) });
    expect(kept).toEqual(new Uint8Array(BYTES).fill(31));
    const bytes = [job.report(), ...reports].map(({ requests }) => requests.hostBytes);
    expect(bytes).toHaveLength(4);
    // The last level gives the one value that comes here.
    for (const before of bytes.slice(0, -1)) expect(before).toBeLessThan(BYTES);
    expect(bytes.at(-1)).toBeGreaterThan(BYTES);
    // Asked for later, they are read then.
    expect((await job)[17]).toEqual(new Uint8Array(BYTES).fill(17));
  });

  it("refuses what is a matter of the job itself", () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => x, [1]);
    expect(() => job.reduce(sum, { shards: 2 } as never)).toThrow(
      expect.objectContaining({ code: "OPTION", option: "shards" }),
    );
    expect(() => job.reduce(5 as never)).toThrow(expect.objectContaining({ code: "OPTION", option: "reduce" }));
  });
});
