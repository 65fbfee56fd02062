import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Place } from "../../../src/backends/backend.js";
import { newTask, type Task } from "../../../src/host/job-run.js";
import type { AttemptWatch } from "../../../src/host/speculation.js";
import type { Answer } from "../../../src/wire/messages.js";
import { ANY_SEGMENT, newJobRun } from "../../support/job-runs.js";
import { standIn } from "../../support/stand-in-backend.js";

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
  /** Where it may not go. */
  not: readonly string[];
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const answerOf = (attemptId: string): Answer => ({ attemptId, result: undefined, writeMs: 0 });
const taskOf = (name: string, count = 1) =>
  newTask({ shard: { name, first: 0, count, byteStart: 0, byteEnd: 0 }, segment: ANY_SEGMENT });

const place = (name: string): Place => ({ name, backend: standIn(name) });
const HERE = place("here");
const THERE = place("there");

/** A job of which `ended` shards took the usual time at the first place; `there` is the time that one took at the second, if any. */
async function newSpeculation({
  ended = 8,
  idle = 2,
  concurrentCalls = 1,
  places = [HERE],
  there = 0,
}: {
  ended?: number;
  idle?: number;
  concurrentCalls?: number;
  places?: Place[];
  there?: number;
} = {}) {
  const { Speculation } = await import("../../../src/host/speculation.js");
  const attempts: Attempt[] = [];
  const copies = { started: 0, won: 0 };
  const controller = new AbortController();
  let at = HERE;
  let isMeasuring = true;
  const invoke = (task: Task, signal: AbortSignal, { onHeld, onPlace, not }: AttemptWatch) =>
    new Promise<Answer>((resolve, reject) => {
      const names = Array.from(not ?? [], ({ name }) => name);
      attempts.push({ task, attempt: task.attempt, signal, onHeld, not: names, resolve, reject });
      onPlace?.(at);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const next = (not: ReadonlySet<Place>) => places.find((one) => !not.has(one));
  const settings = { ...newJobRun(0).settings, concurrentCalls };
  const speculation = new Speculation(
    { signal: controller.signal, copies, settings },
    invoke,
    { all: places, next },
    () => (isMeasuring ? 0 : idle - copies.started),
  );
  for (let i = 0; i < ended; i++) {
    const run = speculation.run(taskOf(String(i)));
    await vi.advanceTimersByTimeAsync(USUAL_MS);
    attempts.pop()?.resolve(answerOf("usual"));
    await run;
  }
  if (there > 0) {
    at = THERE;
    const run = speculation.run(taskOf("there"));
    await vi.advanceTimersByTimeAsync(there);
    attempts.pop()?.resolve(answerOf("usual"));
    await run;
  }
  isMeasuring = false;
  const runAt = (where: Place, task: Task) => {
    at = where;
    return speculation.run(task);
  };
  return { speculation, attempts, copies, controller, runAt };
}

it("nobody looks from time to time at a job of which too little has ended, as thousands of single calls are", async () => {
  const { speculation, attempts } = await newSpeculation({ ended: 2 });
  const run = speculation.run(taskOf("last"));
  expect(vi.getTimerCount()).toBe(0);
  attempts[0]?.resolve(answerOf("usual"));
  await run;
});

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

describe("where there are several places, one that is idle", () => {
  const places = [HERE, THERE];

  it("does not wait for one of which nothing is known for longer than it needs itself", async () => {
    const { attempts, copies, runAt } = await newSpeculation({ places });
    const run = runAt(THERE, taskOf("there"));
    await vi.advanceTimersByTimeAsync(USUAL_MS);
    expect(attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(USUAL_MS + 50);
    expect(attempts.map(({ not }) => not)).toEqual([[], ["there"]]);
    attempts[1]?.resolve(answerOf("copy"));
    expect(await run).toEqual(answerOf("copy"));
    expect([copies, attempts[0]?.signal.aborted]).toEqual([{ started: 1, won: 1 }, true]);
  });

  it("takes a copy at once of what would take longer at its own", async () => {
    const { attempts, runAt } = await newSpeculation({ places, there: 2000 });
    void runAt(THERE, taskOf("slow"));
    await vi.advanceTimersByTimeAsync(50);
    expect(attempts.map(({ not }) => not)).toEqual([[], ["there"]]);
  });

  it("takes what another one does not take", async () => {
    const { attempts, runAt } = await newSpeculation({ places, there: USUAL_MS });
    void runAt(THERE, taskOf("throttled"));
    attempts[0]?.onHeld?.(true);
    await vi.advanceTimersByTimeAsync(50);
    expect(attempts).toHaveLength(2);
  });

  it("leaves the others alone where it is no faster, or has no idle worker", async () => {
    const slower = await newSpeculation({ places, there: 2000 });
    void slower.runAt(HERE, taskOf("here"));
    await vi.advanceTimersByTimeAsync(3 * USUAL_MS);
    expect(slower.attempts).toHaveLength(1);
    const busy = await newSpeculation({ places, idle: 0 });
    void busy.runAt(THERE, taskOf("there"));
    await vi.advanceTimersByTimeAsync(5000);
    expect(busy.attempts).toHaveLength(1);
  });
});
