import { describe, expect, it } from "vitest";
import { BACKEND_NAMES } from "../../../src/config/config.js";
import { OptionError } from "../../../src/errors.js";
import { checkExecutorOptions, checkJobOptions } from "../../../src/options/check-options.js";

const job = (options: object) => () => checkJobOptions(options);

describe("of map()", () => {
  it.each([
    {},
    { shards: undefined, signal: undefined },
    { shards: 1 },
    { callsPerShard: 1_000_000 },
    { timeoutMs: 1 },
    { timeoutMs: 2 ** 31 - 1 },
    { memoryMb: 32 },
    { memoryMb: [32] },
    { memoryMb: [512, 1024] },
    { retries: 0 },
    { retries: 100 },
    { retries: { limit: 0 } },
    { retries: { limit: 3, delayMs: 60_000, factor: 1.5, maxDelayMs: 0, jitter: false, when: () => true } },
    { retries: { limit: 3, when: undefined } },
    { concurrentCalls: 1000, limitPerSecond: 0.001 },
    { limitPerSecond: 1 / 60, retries: 3 },
    { maxAttempts: 1 },
    { speculate: false },
    { output: "out" },
    { output: "s3://bucket/x", as: "csv" },
    { output: "out", as: () => "" },
    { completion: { minSuccessful: 1 } },
    { completion: { toleratedFailureCount: 0, toleratedFailurePercentage: 12.5 } },
    { signal: new AbortController().signal },
    { progress: () => {} },
    { env: {} },
    { env: Object.assign(Object.create(null), { A: "" }) },
  ])("takes %j", (options) => expect(job(options)).not.toThrow());

  it.each([
    [{ shards: 0 }, "shards", /from 1|at least 1/],
    [{ output: 1 }, "output", /a folder, or a store/],
    [{ output: "out", as: "xml" }, "as", /"jsonl", "csv", "bytes" or a function/],
    [{ as: "csv" }, "as", /with the option output/],
    [{ callsPerShard: 1.5 }, "callsPerShard", /integer/],
    [{ concurrentCalls: 0 }, "concurrentCalls", /from 1 to 1000, but is 0/],
    [{ concurrentCalls: 1001 }, "concurrentCalls", /from 1 to 1000, but is 1001/],
    [{ concurrentCalls: 2.5 }, "concurrentCalls", /an integer from 1/],
    [{ limitPerSecond: 0 }, "limitPerSecond", /a number above 0 \(calls a second\), but is 0/],
    [{ limitPerSecond: Infinity }, "limitPerSecond", /above 0/],
    [{ limitPerSecond: "5" }, "limitPerSecond", /above 0/],
    [{ limitPerSecond: 0.01, retries: 1 }, "limitPerSecond", /less than one call a minute.*leave retries out/],
    [{ limitPerSecond: 0.01, retries: { limit: 1 } }, "limitPerSecond", /less than one call a minute/],
    [{ timeoutMs: 0 }, "timeoutMs", /\(ms\), but is 0/],
    [{ timeoutMs: "5s" }, "timeoutMs", /but is "5s"/],
    [{ memoryMb: 31 }, "memoryMb", /at least 32 \(MiB\)/],
    [{ memoryMb: [] }, "memoryMb", /or several that grow, but is an array/],
    [{ memoryMb: [512, 256] }, "memoryMb", /several that grow, but is \[512, 256\]/],
    [{ memoryMb: [31, 64] }, "memoryMb", /at least 32 \(MiB\), or several/],
    [{ retries: 101 }, "retries", /from 0 to 100, or \{ limit, /],
    [{ retries: [3] }, "retries", /but is \[3\]/],
    [{ retries: {} }, "retries.limit", /from 0 to 100, but is null/],
    [
      { retries: { limit: 1, delay: 5 } },
      "retries.delay",
      /retries has no option delay. Did you mean delayMs\? It has: limit, delayMs/,
    ],
    [{ retries: { limit: 1, delayMs: 60_001 } }, "retries.delayMs", /from 0 to 60000 \(ms\)/],
    [{ retries: { limit: 1, factor: 0.5 } }, "retries.factor", /a number from 1 to 10/],
    [{ retries: { limit: 1, jitter: 1 } }, "retries.jitter", /true or false/],
    [{ retries: { limit: 1, when: "transient" } }, "retries.when", /a function/],
    [{ speculate: 2 }, "speculate", /true or false, but is 2/],
    [{ completion: {} }, "completion", /needs one of minSuccessful, /],
    [{ completion: 5 }, "completion", /an object with minSuccessful, /],
    [{ completion: { minSuccessful: 0 } }, "completion.minSuccessful", /at least 1, but is 0/],
    [
      { completion: { toleratedFailurePercentage: 101 } },
      "completion.toleratedFailurePercentage",
      /from 0 to 100 \(%\)/,
    ],
    [{ completion: { minSuccesful: 3 } }, "completion.minSuccesful", /completion has no option minSuccesful/],
    [{ maxAttempts: null }, "maxAttempts", /but is null/],
    [{ signal: new AbortController() }, "signal", /AbortSignal, but is an object/],
    [{ progress: 0 }, "progress", /true, false or a function/],
    [{ echo: "yes" }, "echo", /true or false/],
    [{ env: { A: undefined } }, "env", /strings/],
    [{ callsPershard: 5 }, "callsPershard", /no option callsPershard. Did you mean callsPerShard\? It has: shards, /],
    [{ toString: 5 }, "toString", /no option toString/],
    [{ shards: 2, callsPerShard: 3 }, "callsPerShard", /not both/],
    [{ output: "/tmp/out", cache: true }, "cache", /not both/],
  ])("refuses %j, by name, with what it takes and what it got", (options, option, message) => {
    expect(job(options)).toThrow(OptionError);
    expect(job(options)).toThrow(expect.objectContaining({ code: "OPTION", option }));
    expect(job(options)).toThrow(message);
  });

  it.each([null, 5, "fast", true, Symbol("s")])("refuses %s in the place of options", (options) => {
    expect(job(options as never)).toThrow(expect.objectContaining({ code: "OPTION", option: "options" }));
  });
});

describe("of new Executor()", () => {
  const executor = (options: object) => () => checkExecutorOptions(options);

  it.each([
    {},
    { workers: 1 },
    { workers: 1024 },
    ...BACKEND_NAMES.map((backend) => ({ backend })),
    { progress: false },
    { env: { A: "1" } },
  ])("takes %j", (options) => expect(executor(options)).not.toThrow());

  it.each([
    [{ workers: 0 }, "workers"],
    [{ packagesOnWorker: "sharp" }, "packagesOnWorker"],
    [{ packagesOnWorker: ["sharp/lib"] }, "packagesOnWorker"],
    [{ workers: 1025 }, "workers"],
    [{ workers: "2" }, "workers"],
    [{ backend: "lambada" }, "backend"],
    [{ backend: null }, "backend"],
    [{ store: 5 }, "store"],
    [{ store: { get: () => {} } }, "store"],
    [{ retries: 1 }, "retries"],
  ])("refuses %j", (options, option) => {
    expect(executor(options)).toThrow(expect.objectContaining({ code: "OPTION", option }));
  });
});
