import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newTask, type Task } from "../../../src/host/job-run.js";
import type { Answer } from "../../../src/wire/messages.js";
import { ANY_SEGMENT, newJobRun } from "../../support/job-runs.js";

const USUAL_MS = 100;

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["hrtime", "setTimeout"] });
  vi.resetModules();
});
afterEach(() => void vi.useRealTimers());

interface Attempt {
  task: Task;
  attempt: number;
  signal: AbortSignal;
  onHeld?: ((isHeld: boolean) => void) | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const answerOf = (attemptId: string): Answer => ({ attemptId, result: undefined, writeMs: 0 });
const taskOf = (name: string, count = 1) =>
  newTask({ shard: { name, first: 0, count, byteStart: 0, byteEnd: 0 }, segment: ANY_SEGMENT });

/** A job of which `ended` shards took the usual time. */
async function newSpeculation({ ended = 8, idle = 2, concurrentCalls = 1 } = {}) {
  const { Speculation } = await import("../../../src/host/speculation.js");
  const attempts: Attempt[] = [];
  const copies = { started: 0, won: 0 };
  const controller = new AbortController();
  const invoke = (task: Task, signal: AbortSignal, onHeld?: (isHeld: boolean) => void) =>
    new Promise<Answer>((resolve, reject) => {
      attempts.push({ task, attempt: task.attempt, signal, onHeld, resolve, reject });
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const settings = { ...newJobRun(0).settings, concurrentCalls };
  const speculation = new Speculation({ signal: controller.signal, copies, settings }, invoke, () => idle);
  for (let i = 0; i < ended; i++) {
    const run = speculation.run(taskOf(String(i)));
    await vi.advanceTimersByTimeAsync(USUAL_MS);
    attempts.pop()?.resolve(answerOf("usual"));
    await run;
  }
  return { speculation, attempts, copies, controller };
}

describe("a shard that takes far longer than its siblings", () => {
  it("is given to an idle worker as well, and the first result counts", async () => {
    const { speculation, attempts, copies } = await newSpeculation();
    const run = speculation.run(taskOf("slow"));
    await vi.advanceTimersByTimeAsync(4 * USUAL_MS);
    expect(attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3 * USUAL_MS);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    attempts[1]?.resolve(answerOf("copy"));
    expect(await run).toEqual(answerOf("copy"));
    expect(attempts[0]?.signal.aborted).toBe(true);
    expect(copies).toEqual({ started: 1, won: 1 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(2);
  });

  it("may still be first itself", async () => {
    const { speculation, attempts, copies } = await newSpeculation();
    const run = speculation.run(taskOf("slow"));
    await vi.advanceTimersByTimeAsync(1000);
    attempts[0]?.resolve(answerOf("own"));
    expect(await run).toEqual(answerOf("own"));
    await vi.advanceTimersByTimeAsync(100);
    expect([copies, attempts[1]?.signal.aborted]).toEqual([{ started: 1, won: 0 }, true]);
  });

  it("fails only when all of its attempts do, as the first of them", async () => {
    const { speculation, attempts } = await newSpeculation();
    const saved = speculation.run(taskOf("a"));
    await vi.advanceTimersByTimeAsync(1000);
    attempts[0]?.reject(new Error("lost"));
    attempts[1]?.resolve(answerOf("copy"));
    expect(await saved).toEqual(answerOf("copy"));
    const lost = speculation.run(taskOf("b"));
    await vi.advanceTimersByTimeAsync(1000);
    attempts[2]?.reject(new Error("first"));
    attempts[3]?.reject(new Error("second"));
    await expect(lost).rejects.toThrow("first");
  });

  it("is measured by the number of its calls", async () => {
    const { speculation, attempts } = await newSpeculation();
    void speculation.run(taskOf("large", 10));
    await vi.advanceTimersByTimeAsync(2900);
    expect(attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(attempts).toHaveLength(2);
  });
});

it("where calls run at once, a shard is measured by the rounds of them", async () => {
  const { speculation, attempts } = await newSpeculation({ concurrentCalls: 5 });
  void speculation.run(taskOf("large", 10));
  await vi.advanceTimersByTimeAsync(580);
  expect(attempts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(120);
  expect(attempts).toHaveLength(2);
});

describe("nothing is copied", () => {
  it.each([
    ["while no worker is idle", { idle: 0 }],
    ["before enough siblings have ended", { ended: 2 }],
  ])("%s", async (_when, setting) => {
    const { speculation, attempts } = await newSpeculation(setting);
    void speculation.run(taskOf("slow"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(1);
  });

  it("because its worker started later than its siblings'", async () => {
    const { speculation, attempts } = await newSpeculation({ ended: 0 });
    const runs = ["a", "b", "c", "late"].map((name) => speculation.run(taskOf(name)));
    await vi.advanceTimersByTimeAsync(1000);
    for (const attempt of attempts.slice(0, 3)) attempt.resolve(answerOf("own"));
    await Promise.all(runs.slice(0, 3));
    await vi.advanceTimersByTimeAsync(350);
    expect(attempts).toHaveLength(4);
    attempts[3]?.resolve(answerOf("own"));
    await runs[3];
  });

  it("while more than a few shards are under way, or for longer than workers are idle", async () => {
    const { speculation, attempts } = await newSpeculation({ ended: 9, idle: 1 });
    for (const name of ["a", "b", "c", "d"]) void speculation.run(taskOf(name)).catch(() => {});
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(4);
    attempts[3]?.resolve(answerOf("own"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(5);
  });

  it("while the platform takes no more, and what waited for it is late only by the time since it was taken", async () => {
    const { speculation, attempts } = await newSpeculation({ ended: 12 });
    const runs = ["slow", "throttled"].map((name) => speculation.run(taskOf(name)).catch(() => {}));
    const [slow, throttled] = attempts;
    throttled?.onHeld?.(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(2);
    throttled?.onHeld?.(false);
    await vi.advanceTimersByTimeAsync(300);
    // Now that all are under way, one of them lags.
    expect(attempts.slice(2).map(({ task }) => task.shard.name)).toEqual(["slow"]);
    slow?.resolve(answerOf("own"));
    throttled?.resolve(answerOf("own"));
    await Promise.all(runs);
  });

  it("once the job was cancelled", async () => {
    const { speculation, attempts, controller } = await newSpeculation();
    const run = speculation.run(taskOf("slow"));
    controller.abort(new Error("cancelled"));
    await expect(run).rejects.toThrow("cancelled");
    await vi.advanceTimersByTimeAsync(5000);
    expect(attempts).toHaveLength(1);
  });
});
