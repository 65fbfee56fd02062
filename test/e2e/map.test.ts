import { setTimeout as sleep } from "node:timers/promises";
import { type CallTimes, Executor, FileStore, type Job, type Outcome, wait } from "nodewren";
import { describe, expect, it } from "vitest";
import { ANY_IDLE_WORKER, combo, isLambda, isLive, skipOn } from "../support/combo.js";
import { newExecutor, newWarmExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    await sleep(1);
    yield i;
  }
}

describe("map", () => {
  it("gives the results in the order of the inputs", async () => {
    const executor = newWarmExecutor();
    expect(await executor.map((x: number) => x * x, [1, 2, 3])).toEqual([1, 4, 9]);
  });

  it("takes async functions", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(
      async (x: number) => {
        await new Promise((resolve) => setTimeout(resolve, 5 - x));
        return x + 1;
      },
      [0, 1, 2, 3],
    );
    expect(await job).toEqual([1, 2, 3, 4]);
  });

  it("takes any iterable", async () => {
    const executor = newWarmExecutor();
    expect(await executor.map((x: number) => -x, new Set([3, 1, 2]))).toEqual([-3, -1, -2]);
    expect(await executor.map(([k, v]: [string, number]) => k + v, new Map([["a", 1]]))).toEqual(["a1"]);
    expect(await executor.map((x: number) => x * 2, numbers(5))).toEqual([0, 2, 4, 6, 8]);
  });

  it("gives an empty array at once for no inputs, and starts nothing", async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => x, []);
    expect(job.progress).toEqual({ total: 0, done: 0, failed: 0 });
    expect(await job).toEqual([]);
    expect(await job.settled()).toEqual([]);
    expect(await executor.map((x: number) => x, numbers(0))).toEqual([]);
  });

  it("takes no inputs whatever the number of shards", async () => {
    expect(await newWarmExecutor().map((x: number) => x, [], { shards: 3 })).toEqual([]);
  });

  it("calls a function with no this", async () => {
    const executor = newWarmExecutor();
    const strict = function (this: unknown) {
      return this === undefined;
    };
    expect(await executor.call(strict, 0)).toBe(true);
    expect(await executor.call(new Function("return this === globalThis") as () => boolean, 0)).toBe(true);
  });

  it("sees inputs as they were at map()", async () => {
    const executor = newWarmExecutor();
    const input = { n: 1 };
    const job = executor.map((x: { n: number }) => x.n, [input]);
    input.n = 2;
    expect(await job).toEqual([1]);
  });

  it("gives each call its index and its attempt", async () => {
    const executor = newWarmExecutor();
    const seen = await executor.map((x: string, context) => [x, context.index, context.attempt], ["a", "b", "c"]);
    expect(seen).toEqual([
      ["a", 0, 1],
      ["b", 1, 1],
      ["c", 2, 1],
    ]);
  });

  it("gives each call its remaining time, its signal and the store", async () => {
    const executor = newWarmExecutor();
    const seen = await executor.map(
      async (_: number, context) => {
        await context.store.put(`mine/${context.index}`, new Uint8Array([context.index]));
        return { left: context.remainingMs, aborted: context.signal.aborted };
      },
      [0, 1],
      { timeoutMs: 5000 },
    );
    for (const { left, aborted } of seen) {
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(5000);
      expect(aborted).toBe(false);
    }
    expect(await executor.map((_: number, context) => context.remainingMs, [0])).toEqual([Infinity]);
  });

  it("sets env for the job's calls only", async () => {
    const executor = newWarmExecutor({ env: { NW_TEST_A: "a" }, workers: 1 });
    const read = () => [process.env.NW_TEST_A, process.env.NW_TEST_B];
    expect(await executor.map(read, [0], { env: { NW_TEST_B: "b" } })).toEqual([["a", "b"]]);
    expect(await executor.map(read, [0])).toEqual([["a", undefined]]);
  });

  it("shows calls the command line of the program", async (context) => {
    skipOn(context, isLambda, "a command line belongs to this machine, and may hold secrets; it does not travel");
    const executor = newWarmExecutor();
    const { argv } = process;
    expect(await executor.call(() => [process.argv, argv], 0)).toEqual([process.argv, process.argv]);
  });

  it("does not show a call how calls are grouped", async () => {
    const executor = newWarmExecutor();
    const fn = (x: number, context: { index: number; attempt: number }) => [x, context.index, context.attempt];
    const inputs = Array.from({ length: 23 }, (_, i) => i * 3);
    const whole = await executor.map(fn, inputs, { shards: 1 });
    expect(await executor.map(fn, inputs, { callsPerShard: 1 })).toEqual(whole);
    expect(await executor.map(fn, inputs, { shards: 7 })).toEqual(whole);
    expect(await executor.map(fn, inputs)).toEqual(whole);
  });

  it("runs jobs side by side on the same workers", async () => {
    const executor = newWarmExecutor();
    const jobs = [1, 2, 3, 4].map((k) => executor.map((x: number) => x * 10, [k, k + 1]));
    expect(await Promise.all(jobs)).toEqual([
      [10, 20],
      [20, 30],
      [30, 40],
      [40, 50],
    ]);
  });

  it("keeps its workers from one job to the next", async (context) => {
    skipOn(context, isLive, ANY_IDLE_WORKER);
    const executor = newExecutor({ workers: 1 });
    const [first] = await executor.map(() => process.pid, [0]);
    const [second] = await executor.map(() => process.pid, [0]);
    expect(second).toBe(first);
    expect(second).not.toBe(process.pid);
  });
});

describe("call", () => {
  it("runs one call", async () => {
    const executor = newWarmExecutor();
    const future = executor.call((x: number) => x + 1, 41);
    expect(future.status).toBe("pending");
    expect(await future).toBe(42);
    expect(future.status).toBe("fulfilled");
    expect(future.value).toBe(42);
  });
});

describe("job", () => {
  it("hands out outcomes as calls finish", async () => {
    const executor = newWarmExecutor();
    // Longer than a second worker may take to start on a busy machine.
    const delays = [3000, 0];
    const job = executor.map((ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms)), delays, {
      callsPerShard: 1,
    });
    const outcomes: Outcome<unknown>[] = [];
    for await (const outcome of job.completed()) outcomes.push(outcome);
    expect(outcomes).toEqual([
      { index: 1, status: "fulfilled", value: 0 },
      { index: 0, status: "fulfilled", value: 3000 },
    ]);
  });

  it("iterates results in order as they become known", async () => {
    const executor = newWarmExecutor();
    const seen: number[] = [];
    for await (const value of executor.map((x: number) => x + 1, numbers(6), { callsPerShard: 2 })) seen.push(value);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("settles like Promise.allSettled", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(
      (x: number) => {
        if (x === 1) throw new RangeError("one");
        return x;
      },
      [0, 1, 2],
    );
    const [a, b, c] = await job.settled();
    expect(a).toEqual({ status: "fulfilled", value: 0 });
    expect(b).toMatchObject({ status: "rejected", reason: { code: "CALL", index: 1, className: "RangeError" } });
    expect(c).toEqual({ status: "fulfilled", value: 2 });
    await expect(job).rejects.toThrow("one");
  });

  it("has futures that can be awaited, waited for and ignored", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(
      (x: number) => new Promise((resolve, reject) => setTimeout(x < 0 ? reject : resolve, Math.abs(x), x)),
      [1, 2_000, -1],
      { callsPerShard: 1 },
    );
    expect(job.futures).toHaveLength(3);
    const [ready, pending] = await wait(job.futures, { until: "any" });
    expect(ready.length + pending.length).toBe(3);
    expect(ready.length).toBeGreaterThan(0);
    const [none] = await wait([job.futures[1] as never], { until: "all", timeoutMs: 1 });
    expect(none).toEqual([]);
    const [all, rest] = await wait(job.futures);
    expect([all.length, rest.length]).toEqual([3, 0]);
    expect(job.futures[2]?.reason).toMatchObject({ code: "CALL", cause: -1 });
    expect(await Promise.all([job.futures[0], job.futures[1]])).toEqual([1, 2_000]);
  });

  it("reports progress, each state once per shard, the last one complete", async () => {
    const executor = newWarmExecutor();
    const seen: { total: number; done: number; failed: number }[] = [];
    const job = executor.map(
      (x: number) => {
        if (x === 2) throw new Error("two");
      },
      [0, 1, 2, 3],
      { callsPerShard: 1, progress: (progress) => seen.push(progress) },
    );
    await job.settled();
    expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4]);
    expect(seen.at(-1)).toEqual({ total: 4, done: 4, failed: 1 });
    expect(job.progress).toEqual({ total: 4, done: 4, failed: 1 });
  });

  it("reports where the time went", async () => {
    const executor = newWarmExecutor();
    const job = executor.map((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)), [50, 50, 50, 50]);
    await job;
    const report = job.report();
    expect(report).toMatchObject({ jobId: job.id, calls: 4 });
    // One may do all before the other has started.
    expect([1, 2]).toContain(report.workers);
    expect(report.sequentialMs).toBeGreaterThan(100);
    expect(report.sequentialMs).toBeLessThanOrEqual(report.totals.runMs);
    expect(report.totals.cpuMs).toBeGreaterThan(0);
    expect(report.speedUp).toBeCloseTo(report.sequentialMs / report.wallMs, 10);
    expect(report.perCall.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    for (const times of report.perCall)
      for (const name of ["queueMs", "startMs", "fetchMs", "runMs", "writeMs", "noticeMs"] as const)
        expect(times[name], name).toBeGreaterThanOrEqual(0);
    const { startedAt: first } = report.perCall[0] as CallTimes;
    for (const { startedAt, endedAt, runMs, cpuMs = -1, ok } of report.perCall) {
      expect(ok).toBe(true);
      expect(cpuMs).toBeGreaterThanOrEqual(0);
      expect(endedAt - startedAt).toBeCloseTo(runMs, 3);
      expect(startedAt - first).toBeLessThanOrEqual(report.wallMs);
    }
    expect(String(report)).toMatch(/4 calls in \d shards on \d workers?(?:, .*)?\n.*speed-up \d\.\d\dx/);
    expect(JSON.parse(JSON.stringify(report)).perCall).toHaveLength(4);
  });

  it("captures what calls write, and shows none of it here", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(
      (x: number) => {
        console.log("out", x);
        console.error("err", x);
        if (x === 1) throw new Error("loud");
      },
      [0, 1, 2],
    );
    await job.settled();
    expect(job.futures[0]?.output).toEqual({ stdout: "out 0\n", stderr: "err 0\n" });
    expect(job.futures[1]?.reason).toMatchObject({ output: { stdout: "out 1\n", stderr: "err 1\n" } });
    expect(job.futures[2]?.output.stdout).toBe("out 2\n");
  });

  it("cuts output that is too long, and says so", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(() => process.stdout.write("x".repeat(200_000)), [0]);
    await job;
    const stdout = String(job.futures[0]?.output.stdout);
    expect(stdout.length).toBeLessThan(66_000);
    expect(stdout.slice(30_000, 35_000)).toContain("were left out");
  });
});

describe("cancelling", () => {
  const forever = () => new Promise<never>(() => setInterval(() => {}, 1000));

  it("settles every open call and keeps what is done", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(
      (x: number) => (x === 0 ? 0 : new Promise<number>(() => setInterval(() => {}, 1000))),
      [0, 1, 2],
      {
        callsPerShard: 1,
      },
    );
    await job.futures[0];
    job.cancel("enough");
    const [first, ...others] = await job.settled();
    expect(first).toEqual({ status: "fulfilled", value: 0 });
    for (const other of others) expect(other).toMatchObject({ reason: { code: "CANCELLED", jobId: job.id } });
    await expect(job).rejects.toThrow("enough");
  });

  it("follows a signal, aborted before or later", async () => {
    const executor = newWarmExecutor();
    const controller = new AbortController();
    const job = executor.map(forever, [0], { signal: controller.signal });
    setTimeout(() => controller.abort("later"), 50);
    await expect(job).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("later") });
    await expect(executor.map(forever, [0], { signal: AbortSignal.abort("before") })).rejects.toThrow("before");
  });

  it("ends a call that does not heed its signal, so that its worker serves the next job", async () => {
    const executor = newExecutor({ workers: 1 });
    const job = executor.map(() => {
      for (;;);
    }, [0]);
    setTimeout(() => job.cancel(), 200);
    await expect(job).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await executor.map((x: number) => x, [7])).toEqual([7]);
  });

  it("gives a call the chance to heed its signal", async (context) => {
    skipOn(context, isLambda, "a worker in the cloud looks whether its job was cancelled every ten seconds only");
    const executor = newExecutor({ workers: 2 });
    const job = executor.map(
      (_: number, { signal, store }) =>
        new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => void store.put("heeded", new Uint8Array(1)).then(() => resolve()));
          void store.put("begun", new Uint8Array(1));
        }),
      [0],
    );
    const waitFor = (key: string) =>
      executor.call(async (wanted: string, { store }) => {
        for (;;) {
          const bytes = await store.get(wanted);
          if (bytes) return bytes.byteLength;
        }
      }, key);
    await waitFor("begun");
    job.cancel();
    await expect(job).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await waitFor("heeded")).toBe(1);
  });

  it("close() cancels what runs and refuses more", async () => {
    const executor = newWarmExecutor();
    const job = executor.map(forever, [0, 1, 2]);
    await executor.close();
    await expect(job).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("close()") });
    expect(() => executor.map(forever, [0])).toThrow(/closed/);
  });
});

describe("stores", () => {
  it("keeps a given folder", async (context) => {
    skipOn(context, isLambda || combo.store !== "files", "the test is about a store of files");
    const store = new FileStore(newFolder());
    const executor = newWarmExecutor({ store });
    const job = executor.map((x: number) => x, [1, 2]);
    await job;
    await executor.close();
    const keys: string[] = [];
    for await (const { key } of store.list("")) keys.push(key);
    expect(keys[0]).toMatch(/^functions\/[0-9a-f]{64}$/);
    expect(keys).toContain(`jobs/${job.id}/job.json`);
    expect(keys).toContain(`jobs/${job.id}/inputs`);
    expect(keys).toContain(`jobs/${job.id}/results/0000000`);
  });
});

describe("await using", () => {
  it("closes the executor at the end of the block", async () => {
    let seen: Executor;
    {
      await using executor = new Executor({ workers: 1, progress: false });
      seen = executor;
      expect(await executor.map((x: number) => x + 1, [1])).toEqual([2]);
    }
    expect(() => seen.map((x: number) => x, [1])).toThrow(/closed/);
  });

  it("cancels a job that has not come to its end, and waits until nothing of it runs", async () => {
    const executor = newWarmExecutor();
    let seen: Job<number>;
    {
      await using job = executor.map((x: number) => (x === 0 ? x : new Promise<number>(() => {})), [0, 1], {
        callsPerShard: 1,
      });
      seen = job;
      expect(await job.futures[0]).toBe(0);
    }
    expect(seen.futures[1]?.reason).toMatchObject({
      code: "CANCELLED",
      message: expect.stringContaining("await using"),
    });
    expect(await executor.map((x: number) => x + 1, [1, 2])).toEqual([2, 3]);
  });

  it("changes nothing of a job that has come to its end", async () => {
    const executor = newWarmExecutor();
    await using job = executor.map((x: number) => x, [1, 2]);
    expect(await job).toEqual([1, 2]);
    await job[Symbol.asyncDispose]();
    expect(await job).toEqual([1, 2]);
  });
});
