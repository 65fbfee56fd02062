import { describe, expect, it } from "vitest";
import { type Death, WorkerRefusal } from "../../../src/backends/backend.js";
import { newTask, type Task } from "../../../src/host/job-run.js";
import { afterDeath, afterRefusal, type RecoveryLimits } from "../../../src/host/recover.js";
import { ANY_SEGMENT, retriesOf } from "../../support/job-runs.js";

const LIMITS: RecoveryLimits = {
  retries: retriesOf(0),
  maxAttempts: 3,
  timeoutMs: 500,
  memoryMb: [64],
  workerMemoryMb: 128,
  mostMemoryMb: 128,
  maxShardMs: 900_000,
};

function taskOf(count: number, tries: number): Task {
  const task = newTask({ shard: { name: "0", first: 10, count, byteStart: 0, byteEnd: 0 }, segment: ANY_SEGMENT });
  return Object.assign(task, { tries });
}

const certain = (kind: Death["kind"], more: Partial<Death> = {}): Death => ({
  kind,
  index: 12,
  certain: true,
  ...more,
});
const unknown = (kind: Death["kind"], more: Partial<Death> = {}): Death => ({
  kind,
  index: undefined,
  certain: false,
  ...more,
});
const suspected = (kind: Death["kind"]): Death => ({ kind, index: 12, certain: false });

describe("after the death of a worker that ran one call", () => {
  it.each<[string, Death, number, Partial<RecoveryLimits>, string]>([
    ["its own exit", certain("exit"), 1, {}, "giveUp"],
    ["its own exit, with retries left", certain("exit"), 1, { retries: retriesOf(1) }, "retry"],
    ["its own exit, with no retries left", certain("exit"), 2, { retries: retriesOf(1) }, "giveUp"],
    ["an exit that it may not have asked for", unknown("exit"), 1, {}, "retry"],
    ["such an exit at the last attempt", unknown("exit"), 3, {}, "giveUp"],
    ["its time limit", certain("timeout"), 1, {}, "giveUp"],
    ["its time limit, with retries left", certain("timeout"), 2, { retries: retriesOf(2) }, "retry"],
    ["its memory", certain("memory"), 1, {}, "giveUp"],
    ["memory without a word of who took it", unknown("memory"), 1, {}, "giveUp"],
    ["a signal", unknown("signal"), 1, {}, "retry"],
    ["coming to no end outside of its call", unknown("stuck"), 1, {}, "retry"],
    ["a signal while it ran", suspected("signal"), 2, {}, "retry"],
    ["a signal at the last attempt", suspected("signal"), 3, {}, "giveUp"],
    ["a signal where there is one attempt only", unknown("signal"), 1, { maxAttempts: 1 }, "giveUp"],
    ["being lost", unknown("lost", { silentMs: 5 }), 2, {}, "retry"],
    ["being lost at the last attempt", unknown("lost", { silentMs: 5 }), 3, {}, "giveUp"],
    ["never beginning, which may be a queue's doing", unknown("lost", { neverBegan: true }), 3, {}, "retry"],
    ["never beginning at all", unknown("lost", { neverBegan: true }), 4, {}, "giveUp"],
    ["a signal, with more retries than attempts", unknown("signal"), 4, { retries: retriesOf(4) }, "retry"],
  ])("by %s", (_how, death, tries, limits, kind) => {
    expect(afterDeath(taskOf(1, tries), death, { ...LIMITS, ...limits }).kind).toBe(kind);
  });

  it.each<[string, Partial<RecoveryLimits>, object]>([
    ["the job's", {}, { kind: "memory", memoryMb: 64 }],
    ["the worker's", { memoryMb: [] }, { kind: "memory", memoryMb: 128, isOfWorker: true }],
    ["Node's own", { memoryMb: [], workerMemoryMb: undefined }, { kind: "memory", memoryMb: undefined }],
  ])("names %s limit of memory", (_whose, limits, failure) => {
    const step = afterDeath(taskOf(1, 9), certain("memory"), { ...LIMITS, ...limits });
    expect(step).toEqual({ kind: "giveUp", verdict: { failure } });
  });

  it.each<[string, Partial<RecoveryLimits>, object]>([
    ["the job's", {}, { kind: "timeout", timeoutMs: 500 }],
    ["the worker's, where the job has none", { timeoutMs: undefined }, { timeoutMs: 900_000, isOfWorker: true }],
    ["the worker's, where the job's is longer", { maxShardMs: 400 }, { timeoutMs: 400, isOfWorker: true }],
  ])("names %s limit of time", (_whose, limits, failure) => {
    const step = afterDeath(taskOf(1, 9), certain("timeout"), { ...LIMITS, ...limits });
    expect(step).toEqual({ kind: "giveUp", verdict: { failure: { kind: "timeout", ...failure } } });
  });

  it("names what happened, with its numbers", () => {
    const failureOf = (death: Death) => {
      const step = afterDeath(taskOf(1, 9), death, LIMITS);
      return step.kind === "giveUp" ? step.verdict.failure : step;
    };
    expect(failureOf(certain("timeout"))).toEqual({ kind: "timeout", timeoutMs: 500 });
    expect(failureOf(unknown("lost", { silentMs: 5000 }))).toMatchObject({ kind: "lost", silentMs: 5000 });
    expect(failureOf(certain("memory"))).toEqual({ kind: "memory", memoryMb: 64 });
    expect(failureOf(certain("exit", { exitCode: 3, stderr: "last words" }))).toEqual({
      kind: "lost",
      exitCode: 3,
      signal: undefined,
      stderr: "last words",
    });
    expect(failureOf(unknown("signal", { signal: "SIGKILL" }))).toMatchObject({ kind: "lost", signal: "SIGKILL" });
  });
});

describe("after the death of a worker that ran the job's setup", () => {
  const inSetup = (kind: Death["kind"], isCertain = true): Death => ({
    ...(isCertain ? certain(kind) : unknown(kind)),
    index: undefined,
    during: "setup",
  });

  it.each<[string, Death, number, Partial<RecoveryLimits>, object]>([
    [
      "its exit",
      inSetup("exit"),
      1,
      {},
      { kind: "giveUp", verdict: { failure: { kind: "setup", failure: { kind: "lost" } } } },
    ],
    ["its exit, with retries left", inSetup("exit"), 1, { retries: retriesOf(1) }, { kind: "retry", pauseMs: 0 }],
    [
      "its time limit",
      inSetup("timeout"),
      1,
      {},
      { verdict: { failure: { failure: { kind: "timeout", timeoutMs: 500 } } } },
    ],
    ["its memory", inSetup("memory"), 1, {}, { verdict: { failure: { failure: { kind: "memory", memoryMb: 64 } } } }],
    ["a signal", inSetup("signal", false), 2, {}, { kind: "retry", pauseMs: 0 }],
    ["a signal at the last attempt", inSetup("signal", false), 3, {}, { kind: "giveUp" }],
  ])("by %s splits nothing", (_how, death, tries, limits, step) => {
    for (const count of [1, 5])
      expect(afterDeath(taskOf(count, tries), death, { ...LIMITS, ...limits })).toMatchObject(step);
  });
});

describe("after the death of a worker that ran several calls", () => {
  it("tries the whole once more when it was lost, then splits", () => {
    expect(afterDeath(taskOf(5, 1), unknown("lost"), LIMITS)).toEqual({ kind: "retry", pauseMs: 0 });
    expect(afterDeath(taskOf(5, 2), unknown("lost"), LIMITS).kind).toBe("split");
  });

  it("suspects no call of a shard that never began", () => {
    const neverBegan = unknown("lost", { neverBegan: true });
    expect(afterDeath(taskOf(5, 3), neverBegan, LIMITS)).toEqual({ kind: "retry", pauseMs: 0 });
    expect(afterDeath(taskOf(5, 4), neverBegan, LIMITS)).toMatchObject({
      kind: "giveUp",
      verdict: { failure: { kind: "lost" } },
    });
  });

  it("splits, whatever the tries, and passes the suspect on", () => {
    for (const death of [unknown("exit"), unknown("signal"), unknown("memory")])
      expect(afterDeath(taskOf(5, 1), death, LIMITS)).toEqual({
        kind: "split",
        suspect: undefined,
        verdict: undefined,
      });
    for (const tries of [1, 3])
      expect(afterDeath(taskOf(5, tries), suspected("signal"), LIMITS)).toMatchObject({ kind: "split", suspect: 12 });
  });

  it("convicts the suspect at once when it is certain and has no try left", () => {
    for (const kind of ["exit", "timeout", "memory"] as const)
      expect(afterDeath(taskOf(5, 1), certain(kind), LIMITS)).toMatchObject({
        kind: "split",
        suspect: 12,
        verdict: { failure: { kind: kind === "exit" ? "lost" : kind } },
      });
    expect(afterDeath(taskOf(5, 1), certain("exit"), { ...LIMITS, retries: retriesOf(1) })).toMatchObject({
      verdict: undefined,
    });
    expect(afterDeath(taskOf(5, 1), suspected("memory"), LIMITS)).toMatchObject({ suspect: 12, verdict: undefined });
  });
});

describe("a call that runs out of the first of several memory limits", () => {
  const limits = { ...LIMITS, memoryMb: [64, 128], workerMemoryMb: undefined, mostMemoryMb: undefined };
  const atLast = (count: number) => Object.assign(taskOf(count, 1), { memoryLevel: 1 });

  it("is tried again with the next one, alone", () => {
    const more = { kind: "retry", pauseMs: 0, moreMemory: true };
    expect(afterDeath(taskOf(1, 1), certain("memory"), limits)).toEqual(more);
    expect(afterDeath(taskOf(5, 1), { ...unknown("memory"), during: "setup" }, limits)).toEqual(more);
    const split = { kind: "split", suspect: 12, verdict: undefined, moreMemory: true };
    expect(afterDeath(taskOf(5, 1), certain("memory"), limits)).toEqual(split);
    expect(afterDeath(taskOf(5, 1), suspected("memory"), limits)).toMatchObject({ kind: "split", moreMemory: false });
  });

  it("fails at the last one, with that", () => {
    expect(afterDeath(atLast(1), certain("memory"), limits)).toMatchObject({ verdict: { failure: { memoryMb: 128 } } });
  });

  it("fails when no workers have as much as the next one", () => {
    const step = afterDeath(taskOf(1, 1), certain("memory"), { ...limits, mostMemoryMb: 100 });
    expect(step).toMatchObject({ verdict: { failure: { memoryMb: 64 } } });
  });

  it("gets it from workers elsewhere, where those at its own place have less", () => {
    const step = afterDeath(taskOf(1, 1), certain("memory"), { ...limits, workerMemoryMb: 100 });
    expect(step).toMatchObject({ kind: "retry", moreMemory: true });
  });

  it("gets no more when it ends in another way", () => {
    expect(afterDeath(taskOf(1, 1), certain("timeout"), limits)).not.toHaveProperty("moreMemory");
  });
});

describe("what was printed before the end", () => {
  const output = { stdout: "step 1", stderr: "" };

  it("goes along with the verdict on the call, or on the setup", () => {
    const death = certain("exit", { output });
    expect(afterDeath(taskOf(1, 1), death, LIMITS)).toMatchObject({ verdict: { output } });
    expect(afterDeath(taskOf(5, 1), death, LIMITS)).toMatchObject({ suspect: 12, verdict: { output } });
    const inSetup: Death = { ...death, index: undefined, during: "setup" };
    expect(afterDeath(taskOf(5, 1), inSetup, LIMITS)).toMatchObject({
      verdict: { failure: { kind: "setup", output } },
    });
  });
});

describe("after a refusal", () => {
  const refusal = (kind: "store" | "invoke", transient: boolean) => new WorkerRefusal(kind, "why", { transient });

  it.each<["store" | "invoke", boolean, number, string]>([
    ["invoke", true, 1, "retry"],
    ["invoke", true, 2, "retry"],
    ["invoke", true, 3, "giveUp"],
    ["invoke", false, 1, "giveUp"],
    ["store", true, 1, "retry"],
    ["store", false, 1, "giveUp"],
  ])("of kind %s, transient: %s, at try %d", (kind, transient, tries, expected) => {
    for (const count of [1, 5]) {
      const step = afterRefusal(taskOf(count, tries), refusal(kind, transient), LIMITS);
      expect(step.kind).toBe(expected);
      if (step.kind === "giveUp") expect(step.verdict.failure).toEqual({ kind, message: "why" });
    }
  });
});

describe("a refusal while there is another place", () => {
  it.each(["invoke", "store"] as const)("sends the shard there, and counts for no try (%s)", (kind) => {
    const refusal = new WorkerRefusal(kind, "why", { transient: false });
    expect(afterRefusal(taskOf(5, 3), refusal, LIMITS, true)).toEqual({ kind: "elsewhere", unfit: 0 });
  });
});

describe("a worker on which another job's setup ran", () => {
  const unfit = new WorkerRefusal("invoke", "another setup", { transient: true, isUnfit: true });

  it("counts for no try, however many are met one after the other", () => {
    const task = Object.assign(taskOf(5, 3), { unfit: 999 });
    expect(afterRefusal(task, unfit, LIMITS)).toEqual({ kind: "elsewhere", unfit: 1 });
  });

  it("is a refusal like any other when there is no end to them", () => {
    const task = Object.assign(taskOf(5, 3), { unfit: 1000 });
    expect(afterRefusal(task, unfit, LIMITS).kind).toBe("giveUp");
  });
});
