/** Objects of each kind as nodewren writes them. */
import type { JobRecord } from "../../src/wire/job-record.js";
import type { FromWorker, Shard, StatusLine, WorkerNote } from "../../src/wire/messages.js";
import type { ShardResult } from "../../src/wire/result.js";
import { WIRE_VERSION } from "../../src/wire/version.js";

const loop: unknown[] = [1];
loop.push(loop);

export const values: unknown[] = [
  5,
  "text, naïve 😀",
  Object.assign(new Array(4), { 0: 1, 3: "three" }),
  Array.from({ length: 200 }, (_, i) => ({ id: i, name: `n${i}`, tags: ["a", "b"] })),
  new Map<unknown, unknown>([
    ["k", new Set([1, 2])],
    [{}, new Date(5)],
  ]),
  new Float64Array([1, 2, 3]),
  Buffer.from("bytes"),
  new Error("failed", { cause: new TypeError("why") }),
  { big: 12345678901234567890n, re: /x+/g, url: new URL("http://h/p"), deep: { er: { still: [null, undefined] } } },
  loop,
];

export const CALLS = values.length;
export const SHARD: Shard = { name: "0000000", first: 0, count: CALLS, byteStart: 0, byteEnd: 5000 };

export const failures: object[] = [
  {
    kind: "thrown",
    className: "Error",
    summary: "Error: x",
    value: new Uint8Array([1, 5]),
    omitted: [{ path: "cause.a", reason: "no" }],
    attempts: 1,
  },
  { kind: "unencodable", path: "result.a", message: "Cannot encode result.a" },
  { kind: "timeout", timeoutMs: 500 },
  { kind: "memory", memoryMb: 128 },
  { kind: "lost", code: 3, signal: null },
  { kind: "cancelled", why: "asked for" },
  { kind: "invoke", message: "throttled" },
  { kind: "store", message: "gone" },
  { kind: "setup", failure: { kind: "timeout", timeoutMs: 5 }, output: { stdout: "a", stderr: "" } },
];

export const record: JobRecord = {
  version: WIRE_VERSION,
  jobId: "job-1",
  createdAt: 1234.5,
  functionName: "score",
  functionDigest: "0".repeat(64),
  setupDigests: ["1".repeat(64)],
  packagesDigest: null,
  packagesRoot: "/home/user/project",
  calls: 5,
  segments: [
    {
      inputsBytes: 100,
      shards: [
        { name: "0000000", first: 0, count: 3, byteStart: 0, byteEnd: 60 },
        { name: "0000001", first: 3, count: 2, byteStart: 60, byteEnd: 100 },
      ],
    },
  ],
  concurrentCalls: 25,
  limitPerSecond: 0.5,
  timeoutMs: null,
  memoryMb: [512, 1024],
  retries: { limit: 2, delayMs: 5, factor: 2, maxDelayMs: 100, jitter: true },
  maxAttempts: 3,
  speculate: true,
  isStream: false,
  total: null,
  fold: null,
  shuffle: null,
  delivery: null,
  completion: { minSuccessful: 2 },
  env: { set: ["A"], unset: ["B"] },
};

/** Every second call has failed. */
export function result(encodedValues: readonly Uint8Array[], encodedFailures: readonly Uint8Array[]): ShardResult {
  const calls = encodedValues.map((bytes, i) => {
    const ok = i % 2 === 0;
    return {
      ok,
      runMs: 1.25,
      startMs: i,
      attempts: 1,
      bytes: ok ? bytes : (encodedFailures[i % encodedFailures.length] as Uint8Array),
    };
  });
  return {
    jobId: "job-1",
    shard: SHARD.name,
    attemptId: "attempt-1",
    attempt: 1,
    worker: "process 1",
    startedAt: 1.5,
    fetchMs: 0.25,
    count: calls.length,
    output: { 1: { stdout: "out\n", stderr: "" } },
    setup: { ms: 3, output: { stdout: "ready\n", stderr: "" } },
    calls,
  };
}

export const message: FromWorker[] = [
  { type: "ready" },
  { type: "done", attemptId: "a", answer: { attemptId: "a", writeMs: 1, result: new Uint8Array(40) }, retire: false },
  { type: "failed", attemptId: "a", failure: { code: "STORE", message: "gone", retire: true } },
];

export const status: StatusLine[] = [
  { type: "running", index: 4 },
  { type: "timeout", index: 4 },
  { type: "exit", index: null, code: 3 },
  { type: "stuck", index: null },
  { type: "retired", index: null, failure: { code: "", message: "x", retire: true } },
];

export const note: WorkerNote[] = [
  { type: "death", status: { type: "timeout", index: 4 } },
  { type: "failed", failure: { code: "", message: "x", retire: true } },
];

export const request = {
  version: WIRE_VERSION,
  store: { type: "file", folder: "/tmp/x" },
  jobId: "job-1",
  functionDigest: "0".repeat(64),
  shard: SHARD,
  segment: 0,
  inputsBytes: 5000,
  inputs: "AAAA",
  attemptId: "attempt-1",
  attempt: 1,
  retries: 0,
};
