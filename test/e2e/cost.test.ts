/**
 * What jobs cost, beside what the local Lambda and the S3 double have recorded; and what is expected of them before.
 *
 * @module-tag long
 */
import { existsSync } from "node:fs";
import { Executor, FileStore, LocalBackend, OptionError } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { awsBill } from "../support/aws-bill.js";
import { nodewren } from "../support/cli.js";
import { FUNCTION_NAME } from "../support/deployed-lambda.js";
import { FakeLambda } from "../support/fake-lambda.js";
import { newFolder } from "../support/folders.js";
import { MemoryStore } from "../support/memory-store.js";
import { newOwnCloud } from "../support/own-cloud.js";
import { until } from "../support/until.js";

/** By which a store learns, once for each server, whether that keeps conditions of writes: no job has asked for it. */
const CONDITION_WRITES = 1;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

async function newBilledCloud(invocation: "push" | "poll") {
  const cloud = await newOwnCloud({ invocation, pollMs: 100 });
  const { executor, backend } = cloud.newExecutor();
  const bill = () => awsBill(cloud.lambda.logOf(FUNCTION_NAME), cloud.s3Log);
  /** Lambda's last line may come after the result. */
  const whole = async (invocations: number) => {
    await until(() => bill().invocations === invocations);
    return bill();
  };
  return { ...cloud, executor, backend, bill, whole };
}

/** One that the backend takes for one that workers elsewhere reach. */
function newNetworkStore() {
  const store = new MemoryStore();
  Object.defineProperty(store, "reach", { value: "network" });
  return store;
}

describe("on Lambda", () => {
  it("a pushed job costs what Lambda's own log and the S3 server say, failed workers included", async () => {
    const { executor, whole, env } = await newBilledCloud("push");
    const fn = async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (x === 2) process.exit(3);
      return x;
    };
    const job = executor.map(fn, range(4), { callsPerShard: 1, speculate: false });
    await job.settled();
    const bill = await whole(4);
    const { cost } = job.report();
    expect(cost).toMatchObject({
      billedMs: bill.billedMs,
      toldMs: bill.billedMs,
      invocations: 4,
      notes: [expect.stringMatching(/S3/)],
    });
    expect([cost.requests.reads, cost.requests.writes + cost.requests.lists]).toEqual([
      bill.gets,
      bill.puts - CONDITION_WRITES,
    ]);
    expect(cost.usd).toBeCloseTo(bill.usd - CONDITION_WRITES * 0.000005, 9);
    expect(String(job.report())).toMatch(/\n {2}cost \$0\.000\d+: \d+\.\d GB-s in 4 invocations; /);
    const shown = await nodewren(newFolder(), ["jobs", "show", job.id], env);
    expect(shown.stdout).toMatch(/\ncost +about \$0\.000\d+ of workers, by prices of \d{4}-\d\d-\d\d\n/);
  });

  it("a polled job costs what its workers' clocks say, which is no more than Lambda's", async () => {
    const { executor, whole } = await newBilledCloud("poll");
    const fn = (ms: number) => new Promise<number>((resolve) => setTimeout(resolve, ms, ms));
    const job = executor.map(fn, [300, 300, 300, 300], { callsPerShard: 2, speculate: false });
    await job;
    const bill = await whole(2);
    const { cost } = job.report();
    expect(cost.billedMs).toBeGreaterThan(1200 + cost.startMs);
    // Each with a last write that is taken to last 30 ms.
    expect(cost.billedMs).toBeLessThanOrEqual(bill.billedMs + 2 * 30);
    expect(cost.startMs).toBeGreaterThan(0);
    expect(cost).toMatchObject({ toldMs: 0, invocations: 2, starts: 2 });
    expect(cost.requests.lists).toBeGreaterThan(0);
  });

  it("an estimate invokes nothing unless it is asked to, and knows what the job will ask of the store", async () => {
    const { executor, backend, whole } = await newBilledCloud("push");
    const fn = (ms: number) => new Promise<number>((resolve) => setTimeout(resolve, ms, ms));
    const inputs = range(8).map(() => 500);
    const before = await executor.estimate(fn, inputs, { shards: 2 });
    expect(backend.requests.invoke).toBe(0);
    expect(before).toMatchObject({ calls: 8, shards: 2, workers: 2, measured: 3 });
    expect(before.callMs.expected).toBeGreaterThan(490);
    await executor.map(fn, inputs, { shards: 2, speculate: false });
    const bill = await whole(2);
    // How near it is to the bill of a machine that is not busy is told by `npm run show:cost`.
    expect(before.cost.billedMs).toBeCloseTo(8 * before.callMs.expected + 2 * (400 + 60), -1);
    expect([before.cost.requests.reads, before.cost.requests.writes]).toEqual([
      bill.gets,
      bill.puts - CONDITION_WRITES,
    ]);
    const there = await executor.estimate(fn, inputs, { shards: 2, samples: 1, sampleOn: "workers" });
    expect(backend.requests.invoke).toBe(3);
    expect(there.measured).toBe(1);
  });

  it("what the function cannot do is refused before anything is stored", async () => {
    const lambda = await FakeLambda.start();
    const store = newNetworkStore();
    const executor = new Executor({ backend: lambda.backend({ invocation: "poll" }), store, progress: false });
    onTestFinished(() => executor.close());
    const refused = async (options: object) => {
      const error = await executor
        .map((x: number) => x, [1], options)
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(error).toBeInstanceOf(OptionError);
      return error as OptionError;
    };
    expect(await refused({ memoryMb: 513 })).toMatchObject({
      option: "memoryMb",
      message: expect.stringMatching(/has 512 MiB/),
    });
    expect(await refused({ env: { LONG: "x".repeat(2 ** 20) } })).toMatchObject({
      option: "env",
      message: expect.stringMatching(/takes at most/),
    });
    const slow = { limitPerSecond: 0.5, callsPerShard: 1000 };
    expect(await refused(slow)).toMatchObject({
      option: "callsPerShard",
      message: expect.stringMatching(/callsPerShard: \d+, or fewer/),
    });
    expect(lambda.invocations).toEqual([]);
    expect(store.objects.size).toBe(0);
  });

  it("an estimate refuses shards that the function would end, with the size that it would not", async () => {
    const lambda = await FakeLambda.start();
    const store = newNetworkStore();
    const executor = new Executor({ backend: lambda.backend(), store, progress: false });
    onTestFinished(() => executor.close());
    const estimate = (callMs: number, options = {}) =>
      executor.estimate((x: number) => x, range(100), { callMs, ...options });
    // That of the fake function, which ends after 60 s, s.
    const seconds = 60;
    const long = estimate(seconds * 100, { callsPerShard: 20 });
    await expect(long).rejects.toMatchObject({
      option: "callsPerShard",
      message: expect.stringMatching(/callsPerShard: 9, or fewer/),
    });
    await expect(estimate(seconds * 2000)).rejects.toMatchObject({
      code: "INVOKE",
      message: expect.stringMatching(/A call would take/),
    });
    expect(await estimate(seconds * 100, { callsPerShard: 9 })).toMatchObject({ shards: 12 });
  });
});

describe("on this machine", () => {
  const newLocal = (options = {}) => {
    const executor = new Executor({ backend: "local", workers: 2, progress: false, ...options });
    onTestFinished(() => executor.close());
    return executor;
  };

  it("jobs cost nothing, and say so", async () => {
    const executor = newLocal();
    const job = executor.map((x: number) => x, range(10));
    await job;
    const { cost } = job.report();
    expect(cost).toMatchObject({
      usd: 0,
      gbSeconds: 0,
      invocations: 0,
      notes: ["Workers of this machine cost nothing more."],
    });
    expect(String(job.report())).not.toContain("cost");
    expect(JSON.parse(job.report().toJson()).cost.usd).toBe(0);
  });

  it("workers cost what the user says that an hour of them does", async () => {
    const executor = newLocal({ prices: { workerHour: 3600 } });
    const fn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const job = executor.map(fn, [100, 100], { callsPerShard: 1, speculate: false });
    await job;
    const { cost, workerMs } = job.report();
    expect(workerMs).toBeGreaterThanOrEqual(199);
    expect(cost.usd).toBeCloseTo(workerMs / 1000, 6);
    expect(cost.prices.source).toMatch(/^given by the option prices/);
  });

  it("an estimate plans and measures as the job will be, with its setup, and leaves no output", async () => {
    const output = newFolder();
    const executor = newLocal({
      setup: () => {
        (globalThis as { nodewrenCost?: number }).nodewrenCost = 7;
      },
    });
    const fn = (ms: number) =>
      new Promise((resolve) => setTimeout(resolve, ms, (globalThis as { nodewrenCost?: number }).nodewrenCost));
    const options = { output: `${output}/out`, callsPerShard: 5, limitPerSecond: 1000 };
    const estimate = await executor.estimate(
      fn,
      range(20).map(() => 20),
      options,
    );
    expect(estimate).toMatchObject({ calls: 20, shards: 4, workers: 2, measured: 3, usd: { expected: 0 } });
    expect(estimate.callMs.expected).toBeGreaterThan(10);
    expect(estimate.wallMs.expected).toBeGreaterThan(150);
    expect(String(estimate)).toMatch(/^estimate: 20 calls in 4 shards on 2 workers\n/);
    expect(existsSync(`${output}/out`)).toBe(false);
    // Nothing is measured where it is told.
    expect(await executor.estimate(fn, [1], { callMs: [10, 20, 30] })).toMatchObject({
      measured: 0,
      callMs: { expected: 20 },
    });
    await expect(executor.estimate(() => Promise.reject(new Error("mine")), [1])).rejects.toMatchObject({
      code: "CALL",
    });
  });

  it("wrong options are refused by name", async () => {
    const executor = newLocal();
    const fn = (x: number) => x;
    const job = executor.map(fn, [1]);
    await job;
    const refused = (options: object) => expect(executor.estimate(fn, [1], options)).rejects;
    await refused({ samples: 0 }).toMatchObject({ option: "samples" });
    await refused({ callMs: [] }).toMatchObject({ option: "callMs" });
    await refused({ sampleOn: "moon" }).toMatchObject({ option: "sampleOn" });
    await refused({ basedOn: {} }).toMatchObject({ option: "basedOn" });
    await refused({ callMs: 1, basedOn: job.report() }).toMatchObject({ option: "basedOn" });
    await refused({ callsPerShards: 1 }).toMatchObject({ option: "callsPerShards" });
    expect(() => new Executor({ prices: { gbSecond: -1 } })).toThrow(/gbSecond/);
    expect(() => new Executor({ prices: { gbHour: 1 } as never })).toThrow(/prices has no option gbHour/);
  });

  it("a backend of whose prices nothing is known says so", async () => {
    const local = new LocalBackend({ workers: 1 });
    const backend = Object.assign(Object.create(local), { name: "elsewhere" });
    for (const name of ["warm", "invoke", "close"] as const) backend[name] = local[name].bind(local);
    Object.defineProperty(backend, "limits", { get: () => ({ ...local.limits, billing: undefined }) });
    const executor = new Executor({ backend, store: new FileStore(newFolder()), progress: false });
    onTestFinished(() => executor.close());
    const job = executor.map((x: number) => x, [1]);
    await job;
    expect(job.report().cost).toMatchObject({
      usd: undefined,
      notes: [expect.stringMatching(/backend elsewhere cost is not known.*workerHour/)],
    });
    expect(String(job.report())).toContain("cost not known");
  });

  it("the command line estimates an exported function", async () => {
    const place = new URL("../fixtures/explained-open.mjs", import.meta.url).pathname;
    const result = await nodewren(newFolder(), [
      "estimate",
      `${place}#service.run`,
      "--calls",
      "10",
      "--call-ms",
      "5",
      "--json",
    ]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(result.stdout)).toMatchObject({
      calls: 10,
      measured: 0,
      callMs: { expected: 5 },
      usd: { expected: 0 },
    });
    const wrong = await nodewren(newFolder(), ["estimate", `${place}#service.run`, "--calls", "many"]);
    expect(wrong.code).toBe(2);
  });
});
