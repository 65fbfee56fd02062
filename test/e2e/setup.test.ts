/** What a worker does once before its first call of a job. */
import { createServer } from "node:net";
import { CaptureError, type Executor, FileStore, LocalBackend, OptionError, type SetupFunction } from "nodewren";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { combo, isLive, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

const module = new URL("../fixtures/setup.mjs", import.meta.url);

declare global {
  /** What the setups of these tests leave behind, in the order in which they ran. */
  var nodewrenTestSetups: string[] | undefined;
}

/** Notes that it ran, on the worker. */
function note(what: string): void {
  globalThis.nodewrenTestSetups = [...(globalThis.nodewrenTestSetups ?? []), what];
}

/** What ran on the call's worker so far. */
const noted = () => (globalThis.nodewrenTestSetups ?? []).join("");

const FOUR = [0, 1, 2, 3];
const ONE_A_SHARD = { speculate: false, callsPerShard: 1 };

describe("a setup", () => {
  it("runs once on each worker, before the first call", async () => {
    const executor = newExecutor({ workers: 2, setup: () => note("a") });
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return noted();
    };
    const job = executor.map(slow, [...FOUR, ...FOUR], ONE_A_SHARD);
    expect(await job).toEqual(Array(8).fill("a"));
    const { setups, workers, perCall, totals } = job.report();
    expect(new Set(setups.map(({ worker }) => worker)).size).toBe(workers);
    expect(setups).toHaveLength(workers);
    expect(perCall.filter(({ setupMs }) => setupMs > 0)).toHaveLength(workers);
    expect(totals.setupMs).toBeGreaterThan(0);
  });

  it("of the executor runs before that of the job, whether it takes time or not", async () => {
    const setup = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      note("executor ");
    };
    const executor = newExecutor({ workers: 1, setup });
    expect(await executor.map(noted, FOUR, { setup: () => note("job") })).toEqual(Array(4).fill("executor job"));
  });

  it("runs again for each job, and for call()", async () => {
    const executor = newExecutor({ workers: 1, setup: () => note("a") });
    const first = await executor.call(noted, 1);
    const second = await executor.call(noted, 1);
    expect(first).toBe("a");
    // As long as the second finds the worker of the first.
    expect(isLive ? "aa" : second).toBe("aa");
  });

  it("is not seen by jobs with another one, or with none, however they come", { tags: ["long"] }, async () => {
    const executor = newExecutor({ workers: 1 });
    const run = (what: string | undefined) =>
      executor.map(noted, FOUR, { ...ONE_A_SHARD, ...(what && { setup: () => note(what) }) });
    expect(await run("a")).toEqual(Array(4).fill("a"));
    expect(await run(undefined)).toEqual(Array(4).fill(""));
    const jobs = [run("b"), run(undefined), run("c"), run(undefined)];
    expect(await Promise.all(jobs)).toEqual(["b", "", "c", ""].map((what) => Array(4).fill(what)));
  });

  it("costs no refusal on this machine, where workers are chosen by it", async (context) => {
    skipOn(context, combo.backend !== "local", "elsewhere a job meets workers of others");
    const backend = new LocalBackend({ workers: 2 });
    const invoke = vi.spyOn(backend, "invoke");
    const executor = newExecutor({ backend });
    const pids = async (setup?: SetupFunction) =>
      new Set(await executor.map(() => process.pid, FOUR, { ...ONE_A_SHARD, ...(setup && { setup }) }));
    const setup = () => note("a");
    const [first, plain, again] = [await pids(setup), await pids(), await pids(setup)];
    expect(invoke).toHaveBeenCalledTimes(12);
    expect([...first].filter((pid) => plain.has(pid))).toEqual([]);
    // What ran no setup may still run one.
    expect([...again].filter((pid) => first.has(pid))).toEqual([]);
  });

  it("travels as it is at map(), and what it changes of that is not seen by calls", async () => {
    const state = { ready: false, name: "first" };
    const setup = () => {
      state.ready = true;
      note(state.name);
    };
    const job = newExecutor({ workers: 1 }).map(() => [state.ready, noted()], [1, 2], { setup });
    state.name = "second";
    expect(await job).toEqual([
      [false, "first"],
      [false, "first"],
    ]);
    expect(state.ready).toBe(false);
  });

  it("sees the job's variables of the environment, and broadcasts", async () => {
    const executor = newExecutor({ workers: 1, env: { GREETING: "hello" } });
    const names = executor.broadcast(["ann"]);
    const setup = () => note(`${process.env.GREETING} ${names.value[0]}`);
    expect(await executor.call(noted, 1, { setup })).toBe("hello ann");
  });

  it("can be named by the module that exports it", async () => {
    const executor = newExecutor({ workers: 1, setup: { module, name: "open" } });
    expect(await executor.map<unknown>({ module, name: "default" }, ["a", "b"], ONE_A_SHARD)).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
  });

  it("runs before calls whose inputs come later, and not when there are none", async () => {
    const executor = newExecutor({ workers: 1 });
    async function* later() {
      yield* FOUR;
    }
    const job = executor.map(noted, later(), { setup: () => note("a") });
    expect(await job).toEqual(Array(4).fill("a"));
    const none = executor.map(noted, [], { setup: () => note("a") });
    expect(await none).toEqual([]);
    expect(none.report().setups).toEqual([]);
  });

  it("leaves what it writes to the report", async () => {
    const setup = () => {
      console.log("warming up");
      console.error("slowly");
    };
    const job = newExecutor({ workers: 1 }).map((x: number) => console.log("call", x), [1, 2], { setup });
    await job;
    expect(job.report().setups.map(({ output }) => output)).toEqual([{ stdout: "warming up\n", stderr: "slowly\n" }]);
    expect(job.futures.map(({ output }) => output.stdout)).toEqual(["call 1\n", "call 2\n"]);
  });

  it("is stored once, beside the function", async (context) => {
    skipOn(context, combo.store !== "files" || combo.backend !== "local", "it looks into the folder");
    const store = new FileStore(newFolder());
    const executor = newExecutor({ workers: 1, store, setup: () => note("a") });
    for (const add of [1, 2]) await executor.map((x: number) => x + add, [1]);
    const keys: string[] = [];
    for await (const { key } of store.list("functions/")) keys.push(key);
    expect(keys).toHaveLength(3);
  });
});

describe("what is no setup is refused before anything is stored or started:", () => {
  const attempts: [string, (setup: SetupFunction, executor: Executor) => unknown][] = [
    ["the executor's", (setup) => newExecutor({ setup })],
    ["the job's", (setup, executor) => executor.map((x: number) => x, [1], { setup })],
  ];

  it.each(attempts)("%s, when it is no function", (_whose, attempt) => {
    for (const setup of [5, "x", null, {}, [], true])
      expect(() => attempt(setup as never, newExecutor())).toThrow(
        expect.objectContaining({
          code: "OPTION",
          option: "setup",
          message: expect.stringMatching(/must be a function/),
        }),
      );
  });

  it("a module that is not there", () => {
    const setup = { module: new URL("./missing.js", import.meta.url), name: "open" };
    for (const wrong of [setup, { module, name: "" }, { module: "./setup.mjs", name: "open" }]) {
      const failure = expect.objectContaining({ option: "setup", message: expect.stringMatching(/^Option setup: /) });
      expect(() => newExecutor({ setup: wrong }).map((x: number) => x, [1])).toThrow(failure);
      expect(() => newExecutor().map((x: number) => x, [1], { setup: wrong })).toThrow(OptionError);
    }
  });

  it("one that cannot travel, by its path", async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const store = new FileStore(newFolder());
    const executor = combo.backend === "local" ? newExecutor({ store }) : newExecutor();
    const failure = (() => {
      try {
        executor.map((x: number) => x, [1], { setup: () => server.listen(0) });
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(CaptureError);
    expect(failure).toMatchObject({ path: expect.stringMatching(/^server.* of the setup$/) });
    expect((failure as CaptureError).message).toMatch(
      /^Cannot capture server.* of the setup: .*\n {2}at .*setup\.test\.ts:\d+/s,
    );
    for await (const { key } of store.list("")) expect(key).toBe("none");
  });
});
