/** Kinds of faults of calls, of their job, and of what goes on beside it. Each says what may become of the calls that it hits. */
import { writeSync } from "node:fs";
import type { Executor, Job, JobOptions } from "nodewren";
import type { Random } from "../../mutated/random.js";
import type { Combo } from "../../support/combo.js";

/** `"value"`: the call has its value all the same. */
export type End = "value" | string;

export interface FaultKind {
  name: string;
  /** What a call that is hit does in place of returning its value; undefined: it returns it. */
  deed?: (x: number, attempt: number) => unknown;
  /** Whether it is the value of the call that was hit. Default: that of any other. */
  value?: (given: unknown, x: number) => boolean;
  /** How calls that are hit may end. */
  ends: readonly End[];
  /** How the others may end. Default: with their values. */
  others?: readonly End[];
  options?: JobOptions;
  /** Ways on which the fault can come up, or be noticed in time. Default: all. */
  on?: readonly Combo["backend"][];
  /** Default: the executor runs other jobs afterwards. */
  endsExecutor?: true;
  /** What goes on while the job runs. */
  beside?: (job: Job<unknown>, executor: Executor, random: Random) => Promise<void> | void;
}

/** Does it, and gives the call its value all the same. */
const doing = (act: () => unknown, value: unknown) => {
  act();
  return value;
};
const never = () => new Promise<never>(() => {});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const later = async (random: Random, act: () => unknown) => {
  await pause(random.integer(150));
  await act();
};

/** Time limit of calls, ms: longer than a busy machine keeps one waiting that has nothing to do. */
const LIMIT_MS = 1000;

const LOCAL = ["local"] as const;
/** Where a death without a word is noticed before the function's own time limit. */
const HEARD = ["local", "push"] as const;

const thrown: FaultKind[] = [
  { name: "throws an error", deed: (x) => fail(new RangeError(`bad ${x}`)), ends: ["CALL"] },
  { name: "throws null", deed: () => fail(null), ends: ["CALL"] },
  { name: "throws a function", deed: () => fail(() => 1), ends: ["CALL"] },
  {
    name: "throws what throws when it is read",
    deed: () => fail(new Proxy({}, { get: () => fail(new Error("no")), ownKeys: () => fail(new Error("no")) })),
    ends: ["CALL"],
  },
  { name: "rejects late", deed: () => pause(5).then(() => fail(new TypeError("late"))), ends: ["CALL"] },
  {
    name: "leaves a rejection unhandled",
    deed: () => doing(() => Promise.reject(new Error("stray")), pause(20)),
    ends: ["CALL"],
  },
  {
    name: "throws in a callback",
    deed: () => new Promise(() => setTimeout(() => fail(new Error("cb")), 1)),
    ends: ["CALL"],
  },
  { name: "returns what cannot travel", deed: () => ({ f: () => 1 }), ends: ["CODEC"] },
  {
    name: "throws at first, and is tried again",
    deed: (x, attempt) => (attempt < 3 ? fail(new Error("busy")) : x * 7),
    options: { retries: { limit: 3, delayMs: 5, when: (error) => (error as Error).message === "busy" } },
    ends: ["value"],
  },
  { name: "throws at each of its tries", deed: () => fail(new Error("busy")), options: { retries: 2 }, ends: ["CALL"] },
];

const ended: FaultKind[] = [
  { name: "exits with 0", deed: () => process.exit(0), ends: ["WORKER_LOST"] },
  { name: "exits with a code", deed: () => process.exit(7), ends: ["WORKER_LOST"] },
  { name: "exits a little later", deed: () => pause(20).then(() => process.exit(7)), ends: ["WORKER_LOST"] },
  { name: "is killed", deed: () => process.kill(process.pid, "SIGKILL"), on: HEARD, ends: ["WORKER_LOST"] },
  {
    name: "is killed at its first try",
    deed: (x, attempt) => (attempt === 1 ? process.kill(process.pid, "SIGKILL") : x * 7),
    on: HEARD,
    ends: ["value"],
  },
  { name: "aborts the process", deed: () => process.abort(), on: HEARD, ends: ["WORKER_LOST"] },
  {
    name: "loops for ever",
    deed: () => {
      for (;;);
    },
    options: { timeoutMs: LIMIT_MS },
    ends: ["CALL_TIMEOUT"],
  },
  { name: "never settles", deed: never, options: { timeoutMs: LIMIT_MS }, ends: ["CALL_TIMEOUT"] },
  {
    name: "overruns its time at first, and is tried again",
    deed: (x, attempt) => (attempt === 1 ? never() : x * 7),
    options: { timeoutMs: LIMIT_MS, retries: 1 },
    ends: ["value"],
  },
  {
    name: "takes all memory",
    deed: () => {
      for (const held: unknown[] = []; ; ) held.push(new Array(100_000).fill(1.5));
    },
    options: { memoryMb: 64 },
    ends: ["OUT_OF_MEMORY"],
  },
  {
    name: "takes more than the first of two limits",
    deed: (x) => {
      const held: unknown[] = [];
      for (let i = 0; i < 120; i++) held.push(new Array(131_072).fill(i + 0.5));
      return x * 7 + held.length - 120;
    },
    options: { memoryMb: [64, 320] },
    ends: ["value"],
  },
];

const hostile: FaultKind[] = [
  {
    name: "takes the listeners of its process away",
    deed: (x) => doing(() => process.removeAllListeners(), x * 7),
    ends: ["value"],
  },
  {
    name: "takes JSON away",
    deed: (x) => doing(() => Reflect.set(globalThis, "JSON", undefined), x * 7),
    ends: ["value"],
  },
  {
    name: "takes its environment away",
    deed: (x) => doing(() => Reflect.set(process, "env", {}), x * 7),
    ends: ["value"],
  },
  { name: "leaves a timer", deed: (x) => doing(() => setInterval(() => {}, 10), x * 7), ends: ["value"] },
  { name: "prints a lot", deed: (x) => doing(() => console.log("x".repeat(300_000)), x * 7), ends: ["value"] },
  {
    name: "returns a lot",
    deed: (x) => new Float64Array(400_000).fill(x * 7),
    value: (given, x) => (given as Float64Array)[399_999] === x * 7,
    ends: ["value"],
  },
  {
    name: "writes to its channel",
    deed: (x) =>
      doing(
        () => writeSync(3, Buffer.from([0, 0, 0, 9, 1, 2, 3, 4])),
        pause(50).then(() => x * 7),
      ),
    on: LOCAL,
    options: { maxAttempts: 1 },
    // What was stored before the host noticed counts.
    ends: ["value", "WORKER_LOST"],
  },
  {
    name: "writes to its status pipe",
    deed: (x) => doing(() => writeSync(4, '{"type":"memory","index":0}\n}{\n'), x * 7),
    on: LOCAL,
    ends: ["value"],
  },
];

const setups: FaultKind[] = [
  {
    name: "has a setup that throws",
    options: { setup: () => fail(new Error("no setup")) },
    ends: ["SETUP"],
    others: ["SETUP"],
  },
  { name: "has a setup that exits", options: { setup: () => process.exit(5) }, ends: ["SETUP"], others: ["SETUP"] },
];

const beside: FaultKind[] = [
  {
    name: "is cancelled",
    deed: (x) => pause(30).then(() => x * 7),
    ends: ["value", "CANCELLED"],
    others: ["value", "CANCELLED"],
    beside: (job, _executor, random) => later(random, () => job.cancel()),
  },
  {
    name: "has an executor that is closed",
    endsExecutor: true,
    deed: (x) => pause(30).then(() => x * 7),
    ends: ["value", "CANCELLED"],
    others: ["value", "CANCELLED"],
    beside: (_job, executor, random) => later(random, () => executor.close()),
  },
  {
    name: "ends early, as enough calls have succeeded",
    deed: () => fail(new Error("bad")),
    options: { completion: { minSuccessful: 1 } },
    ends: ["CALL", "CANCELLED"],
    others: ["value", "CANCELLED"],
  },
  {
    name: "ends early, as a call has failed",
    deed: () => fail(new Error("bad")),
    options: { completion: { toleratedFailureCount: 0 } },
    ends: ["CALL", "CANCELLED"],
    others: ["value", "CANCELLED"],
  },
  {
    name: "has a slow worker",
    deed: (x, attempt) => pause(attempt === 1 ? 1500 : 1).then(() => x * 7),
    ends: ["value"],
  },
  {
    name: "runs beside many small jobs",
    deed: (x) => pause(30).then(() => x * 7),
    ends: ["value"],
    beside: async (_job, executor) => {
      const sums = await Promise.all([1, 2, 3].map((n) => executor.map((x: number) => x + n, [1, 2])));
      if (sums.some(([first], i) => first !== i + 2)) throw new Error(`a job beside it gave ${JSON.stringify(sums)}`);
    },
  },
];

function fail(what: unknown): never {
  throw what;
}

export const KINDS: readonly FaultKind[] = [...thrown, ...ended, ...hostile, ...setups, ...beside];
