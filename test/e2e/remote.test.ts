/** @module-tag long */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CallError, cloud } from "nodewren";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { newWarmExecutor } from "../support/executors.js";
import { root, runNode, runTypeScript, type ScriptResult } from "../support/run-script.js";

// Each starts several processes, one inside of another.
describe("cloud()", () => {
  it("gives a function whose calls run on workers, those of a tick as one job", async () => {
    const executor = newWarmExecutor();
    let power = 2;
    const raise = cloud((x: number, plus: number = 0) => [x ** power + plus, process.pid], {
      executor,
      callsPerShard: 3,
    });
    const three = Promise.all([raise(2), raise(3, 1), raise(4)]);
    const results = await three;
    expect(results.map(([value]) => value)).toEqual([4, 10, 16]);
    // Calls of one shard are run by one worker.
    expect(new Set(results.map(([, pid]) => pid)).size).toBe(1);
    expect(results[0]?.[1]).not.toBe(process.pid);
    power = 3;
    expect((await raise(2))[0]).toBe(8);
  });

  it("arguments travel as they are at the call", async () => {
    const last = cloud((list: number[]) => list.at(-1), { executor: newWarmExecutor() });
    const list: number[] = [];
    const calls = [1, 2, 3].map((x) => {
      list.push(x);
      return last(list);
    });
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
  });

  it("a call that fails, or whose arguments cannot travel, fails alone", async () => {
    const executor = newWarmExecutor();
    const check = cloud(
      (x: unknown) => {
        if (x === 1) throw new RangeError("not one");
        return x;
      },
      { executor },
    );
    const [one, two, three] = await Promise.allSettled([check(1), check(() => {}), check(3)]);
    expect(one).toMatchObject({ status: "rejected", reason: expect.any(CallError) });
    expect(two).toMatchObject({ status: "rejected", reason: { code: "CODEC", path: "arguments[0]" } });
    expect(three).toEqual({ status: "fulfilled", value: 3 });
    const gone = new WeakRef({});
    await expect(cloud(() => gone.deref(), { executor })()).rejects.toMatchObject({ code: "CAPTURE", path: "gone" });
  });

  it("runs where it is called when that is a worker, and shares an executor unless it is given one", async () => {
    const pid = cloud(() => process.pid);
    const both = cloud(async () => [await pid(), process.pid], { executor: newWarmExecutor() });
    const [inner, outer] = await both();
    expect(inner).toBe(outer);
    expect(await newWarmExecutor().map(async () => (await pid()) === process.pid, [1])).toEqual([true]);
  });

  it.each([
    [3, {}, /cloud\(\) takes a function, but got 3/],
    [() => {}, { executor: {} }, /Option executor of cloud\(\) must be an executor/],
    [() => {}, { retries: -1 }, /retries/],
    [() => {}, { completion: { minSuccessful: 1 } }, /cloud\(\) has no option completion/],
  ])("refuses %s %j", (fn, options, message) => {
    expect(() => cloud(fn as never, options as never)).toThrow(message);
  });
});

describe("@remote()", () => {
  const fixture = "test/fixtures/remote.ts";

  /** As the compiler of TypeScript makes it. */
  async function runCompiled(): Promise<ScriptResult> {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(readFileSync(join(root, fixture), "utf8"), { compilerOptions });
    const file = join(root, "test/fixtures", `remote-${process.pid}.gen.mjs`);
    writeFileSync(file, outputText);
    try {
      return await runNode([file]);
    } finally {
      rmSync(file);
    }
  }

  it.each([
    ["esbuild", () => runTypeScript(fixture)],
    ["TypeScript", runCompiled],
  ])(
    "compiled by %s, runs methods on workers",
    async (_by, run) => {
      const { code, stdout, stderr } = await run();
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        twice: 7,
        bothValue: 9,
        name: "Model",
        isElsewhere: true,
        log: [],
        failure: ["CALL", 2, "no 5"],
        refused: [
          expect.stringContaining("It goes before methods, and size is a getter."),
          expect.stringContaining("size is a field"),
          expect.stringContaining("Model is a class"),
          expect.stringContaining("turn off the compiler's option experimentalDecorators"),
          expect.stringContaining("Write @remote(), with parentheses"),
          expect.stringContaining("Option executor of @remote() must be an executor"),
          expect.stringContaining("timeoutMs"),
        ],
      });
    },
    90_000,
  );
});
