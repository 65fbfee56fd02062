/** What a call can do to its worker. Each time: its own error class, in bounded time, and the other calls' results stand. */
import {
  CallError,
  CallTimeoutError,
  CodecError,
  type Executor,
  type Job,
  OutOfMemoryError,
  type Settled,
  WorkerLostError,
} from "nodewren";
import { afterEach, describe, expect, it } from "vitest";
import { combo, isLambda, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";
import { canListProcesses, childrenOf } from "../support/processes.js";

const INPUTS = [0, 1, 2, 3, 4, 5, 6, 7];
const BAD = 5;

const NO_WORD =
  "a worker that is killed leaves no word, so that this takes until its deadline, the function's time limit";

/** All calls but the bad one have their values; returns the error of the bad one. */
async function onlyBadFails<R>(job: Job<R>, expected: (index: number) => R): Promise<Error> {
  const settled = await job.settled();
  const bad = settled[BAD] as Settled<R>;
  settled.forEach((outcome, index) => {
    if (index !== BAD) expect(outcome).toEqual({ status: "fulfilled", value: expected(index) });
  });
  if (bad.status !== "rejected") throw new Error("the bad call succeeded");
  expect(bad.reason).toMatchObject({ jobId: job.id, index: BAD });
  return bad.reason;
}

async function stillWorks(executor: Executor): Promise<void> {
  expect(await executor.map((x: number) => x + 1, [1, 2, 3])).toEqual([2, 3, 4]);
}

afterEach(async () => {
  if (canListProcesses && !isLambda) expect(childrenOf(process.pid).length).toBeLessThanOrEqual(2);
});

describe.each([
  ["one call a shard", { callsPerShard: 1 }],
  ["all calls in one shard", { shards: 1 }],
])("with %s", (_name, grouping) => {
  it("a call that throws an error of its own class", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        class PlumError extends RangeError {
          ripe = true;
          stones = [1, 2];
        }
        if (x === 5) throw new PlumError("too ripe", { cause: new TypeError("inner") });
        return x * 2;
      },
      INPUTS,
      grouping,
    );
    const error = await onlyBadFails(job, (x) => x * 2);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ className: "PlumError", message: expect.stringContaining("PlumError: too ripe") });
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({ message: "too ripe", ripe: true, stones: [1, 2] });
    expect((error.cause as Error).cause).toBeInstanceOf(TypeError);
  });

  it.each([undefined, null, 0, "text", { a: [1] }])("a call that throws %j", async (thrown) => {
    const executor = newExecutor();
    const fn = ([x, value]: [number, unknown]) => {
      if (x === 5) throw value;
      return x;
    };
    const job = executor.map(
      fn,
      INPUTS.map((x): [number, unknown] => [x, thrown]),
      grouping,
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(CallError);
    expect(error.cause).toEqual(thrown);
    expect(Object.hasOwn(error, "cause")).toBe(true);
  });

  it("a call that exits the process", async () => {
    const executor = newExecutor();
    const job = executor.map((x: number) => (x === 5 ? process.exit(3) : x), INPUTS, grouping);
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining("exit code 3") });
    await stillWorks(executor);
  });

  it("a call that is killed with SIGKILL", async (context) => {
    skipOn(context, combo.backend === "poll", NO_WORD);
    const executor = newExecutor();
    const job = executor.map(
      async (x: number) => {
        if (x === 5) process.kill(process.pid, "SIGKILL");
        return x;
      },
      INPUTS,
      grouping,
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(WorkerLostError);
    expect(error).toMatchObject({ signal: "SIGKILL", attempt: expect.any(Number) });
    await stillWorks(executor);
  });

  it("a call in an endless loop", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        if (x === 5) for (;;);
        return x;
      },
      INPUTS,
      { ...grouping, timeoutMs: 300 },
    );
    const started = performance.now();
    const error = await onlyBadFails(job, (x) => x);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(error).toBeInstanceOf(CallTimeoutError);
    expect(error).toMatchObject({ timeoutMs: 300 });
    await stillWorks(executor);
  });

  it("a call that waits for ever", async () => {
    const executor = newExecutor();
    const job = executor.map((x: number) => (x === 5 ? new Promise<number>(() => {}) : x), INPUTS, {
      ...grouping,
      timeoutMs: 300,
    });
    expect(await onlyBadFails(job, (x) => x)).toBeInstanceOf(CallTimeoutError);
  });

  it("a call that fills the heap", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        const hoard: unknown[] = [];
        while (x === 5) hoard.push(new Array(1000).fill({ x }));
        return x;
      },
      INPUTS,
      { ...grouping, memoryMb: 64 },
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ memoryMb: 64 });
    await stillWorks(executor);
  });

  it("a call that takes too much memory outside of the heap", async () => {
    const executor = newExecutor();
    const job = executor.map(
      async (x: number) => {
        const hoard: Uint8Array[] = [];
        while (x === 5) {
          hoard.push(new Uint8Array(8 * 1024 * 1024).fill(1));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return x;
      },
      INPUTS,
      { ...grouping, memoryMb: 128 },
    );
    expect(await onlyBadFails(job, (x) => x)).toBeInstanceOf(OutOfMemoryError);
  });

  it("a call that leaves a rejection unhandled", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        if (x === 5) void Promise.reject(new EvalError("nobody looks"));
        return x;
      },
      INPUTS,
      grouping,
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ className: "EvalError" });
    await stillWorks(executor);
  });

  it("a call whose callback throws", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) =>
        new Promise<number>((resolve) => {
          setTimeout(() => {
            if (x === 5) throw new Error("from a callback");
            resolve(x);
          }, 1);
        }),
      INPUTS,
      grouping,
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toMatchObject({ className: "Error", message: expect.stringContaining("from a callback") });
    await stillWorks(executor);
  });

  it("a result that cannot be encoded", async () => {
    const executor = newExecutor();
    const job = executor.map((x: number) => (x === 5 ? { list: [1, { f: () => 1 }] } : x) as unknown, INPUTS, grouping);
    const settled = await job.settled();
    expect(settled[4]).toEqual({ status: "fulfilled", value: 4 });
    const { reason } = settled[BAD] as unknown as { reason: CodecError };
    expect(reason).toBeInstanceOf(CodecError);
    expect(reason.path).toBe("result.list[1].f");
    expect(reason.message).toContain("result.list[1].f");
  });
});

describe("retries", () => {
  it("gives a call that throws another try, on a fresh snapshot", async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number, { attempt }) => {
        if (attempt <= x) throw new Error(`attempt ${attempt}`);
        return attempt;
      },
      [0, 1, 2],
      { retries: 1 },
    );
    const [a, b, c] = await job.settled();
    expect([a, b]).toEqual([
      { status: "fulfilled", value: 1 },
      { status: "fulfilled", value: 2 },
    ]);
    expect(c).toMatchObject({ reason: { code: "CALL", message: expect.stringContaining("attempt 2") } });
  });

  it("gives a call that overruns its time another try", async () => {
    const executor = newExecutor();
    const job = executor.map((_: number, { attempt }) => (attempt === 1 ? new Promise(() => {}) : "late"), [0], {
      retries: 1,
      timeoutMs: 200,
    });
    expect(await job).toEqual(["late"]);
  });

  it("tries a killed worker's shard again, maxAttempts times in all", async (context) => {
    skipOn(context, combo.backend === "poll", NO_WORD);
    const executor = newExecutor();
    const dieUntil = async (attempts: number, { attempt }: { attempt: number }) => {
      if (attempt < attempts) process.kill(process.pid, "SIGKILL");
      return attempt;
    };
    expect(await executor.map(dieUntil, [3])).toEqual([3]);
    await expect(executor.map(dieUntil, [3], { maxAttempts: 2 })).rejects.toMatchObject({
      code: "WORKER_LOST",
      attempt: 2,
    });
  });
});

describe("size", () => {
  it("a result of 200 MB comes back equal", async () => {
    const executor = newExecutor();
    const bytes = 200_000_000;
    const [result] = await executor.map((size: number) => new Uint8Array(size).fill(7), [bytes]);
    expect(result?.byteLength).toBe(bytes);
    expect(result?.buffer.byteLength).toBe(bytes);
    expect(result?.every((byte) => byte === 7)).toBe(true);
  });

  it("100,000 inputs", async () => {
    const executor = newExecutor();
    const inputs = Array.from({ length: 100_000 }, (_, i) => i);
    const results = await executor.map((x: number) => x * 2, inputs);
    expect(results.length).toBe(inputs.length);
    expect(results.every((value, i) => value === i * 2)).toBe(true);
  });
});
