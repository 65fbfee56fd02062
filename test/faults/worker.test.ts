/** What a call can do to its worker. Each time: its own error class, in bounded time, and the other calls' results stand. */

import { writeSync } from "node:fs";
import {
  CallError,
  CallTimeoutError,
  CodecError,
  type Executor,
  type Job,
  type JobOptions,
  OutOfMemoryError,
  type Settled,
  WorkerLostError,
} from "nodewren";
import { afterEach, describe, expect, it } from "vitest";
import { combo, isLambda, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";
import { shareOf } from "../support/long.js";
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

const GROUPINGS: [string, JobOptions][] = [
  ["all calls in one shard", { shards: 1 }],
  ["one call a shard", { callsPerShard: 1 }],
];

describe.each(shareOf(GROUPINGS, 1))("with %s", (_name, grouping) => {
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
    expect(error).toMatchObject({ signal: "SIGKILL", attempts: expect.any(Number) });
    await stillWorks(executor);
  });

  it("a call in an endless loop", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        if (x === 5) for (;;);
        return x;
      },
      INPUTS,
      { ...grouping, timeoutMs: 300 },
    );
    const error = await onlyBadFails(job, (x) => x);
    expect(error).toBeInstanceOf(CallTimeoutError);
    expect(error).toMatchObject({ timeoutMs: 300 });
    await stillWorks(executor);
  });

  it("a call that waits for ever", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const job = executor.map((x: number) => (x === 5 ? new Promise<number>(() => {}) : x), INPUTS, {
      ...grouping,
      timeoutMs: 300,
    });
    expect(await onlyBadFails(job, (x) => x)).toBeInstanceOf(CallTimeoutError);
  });

  it("a call that fills the heap", { tags: ["long"] }, async () => {
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

  it("a call that takes too much memory outside of the heap", { tags: ["long"] }, async () => {
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

  it("a call whose callback throws", { tags: ["long"] }, async () => {
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

describe("what a call printed before it ended its worker", () => {
  it.each<[string, () => unknown, JobOptions]>([
    ["exits", () => process.exit(3), {}],
    [
      "loops for ever",
      () => {
        for (;;);
      },
      { timeoutMs: 400 },
    ],
    [
      "takes all memory",
      () => {
        for (const held: unknown[] = []; ; ) held.push(Array(1e5).fill(1.5));
      },
      { memoryMb: 64 },
    ],
  ])("is kept when it %s", async (_how, end, options) => {
    const executor = newExecutor();
    for (const grouping of [{ callsPerShard: 1 }, { shards: 1 }]) {
      const job = executor.map(
        (x: number) => {
          console.log(`call ${x}`);
          console.error("step 1");
          if (x === 5) end();
          return x;
        },
        INPUTS,
        { ...options, ...grouping },
      );
      const error = await onlyBadFails(job, (x) => x);
      const output = { stdout: "call 5\n", stderr: "step 1\n" };
      expect(error).toMatchObject({ output, message: expect.stringContaining("  | call 5\n  | step 1") });
      expect(job.futures.map((future) => future.output.stdout)).toEqual(INPUTS.map((x) => `call ${x}\n`));
    }
  });

  it("is kept when it is killed in the next instant", async (context) => {
    skipOn(context, combo.backend === "poll", NO_WORD);
    const executor = newExecutor();
    const job = executor.map(
      (x: number) => {
        console.log(`call ${x}`);
        if (x === 5) process.kill(process.pid, "SIGKILL");
        return x;
      },
      INPUTS,
      { maxAttempts: 1, shards: 1 },
    );
    expect(await onlyBadFails(job, (x) => x)).toMatchObject({ output: { stdout: "call 5\n", stderr: "" } });
  });

  it("is kept when the job's setup printed it", async () => {
    const executor = newExecutor();
    const setup = () => {
      console.log("setting up");
      process.exit(3);
    };
    await expect(executor.map((x: number) => x, INPUTS, { setup })).rejects.toMatchObject({
      code: "SETUP",
      output: { stdout: "setting up\n", stderr: "" },
    });
  });

  it("is its head and its tail when it is much", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const much = (how: string) => {
      for (let i = 0; i < 20_000; i++) console.log(`line ${i}`);
      if (how === "exit") process.exit(3);
    };
    const job = executor.map(much, ["exit", "return"]);
    await job.settled();
    for (const { output } of isLambda ? job.futures.slice(1) : job.futures)
      expect(output.stdout).toMatch(/^line 0\n.*\[nodewren: \d+ characters .* left out here\].*line 19999\n$/s);
  });
});

describe("what is written to a stream's descriptor itself", () => {
  it("finds room, however much it is, also when the stream was printed to before", async () => {
    const executor = newExecutor();
    const writeAll = (fd: number) => {
      console.log("first");
      console.error("first");
      const bytes = Buffer.alloc(3_000_000, "x");
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      return bytes.length;
    };
    expect(await executor.map(writeAll, [1, 2])).toEqual([3_000_000, 3_000_000]);
  });
});

describe("retries", () => {
  it("gives a call that throws another try, on a fresh snapshot", { tags: ["long"] }, async () => {
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

  it("gives a call that overruns its time another try", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const job = executor.map((_: number, { attempt }) => (attempt === 1 ? new Promise(() => {}) : "late"), [0], {
      retries: 1,
      timeoutMs: 200,
    });
    expect(await job).toEqual(["late"]);
  });

  it("tries a killed worker's shard again, maxAttempts times in all", { tags: ["long"] }, async (context) => {
    skipOn(context, combo.backend === "poll", NO_WORD);
    const executor = newExecutor();
    const dieUntil = async (attempts: number, { attempt }: { attempt: number }) => {
      if (attempt < attempts) process.kill(process.pid, "SIGKILL");
      return attempt;
    };
    expect(await executor.map(dieUntil, [3])).toEqual([3]);
    await expect(executor.map(dieUntil, [3], { maxAttempts: 2 })).rejects.toMatchObject({
      code: "WORKER_LOST",
      attempts: 2,
    });
  });

  it("counts each try, in errors and in the report, whoever made it", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const job = executor.map(
      async (x: number, { attempt }) => {
        if (x === 1 && attempt < 3) throw new Error("again");
        if (x === 2) await new Promise((resolve) => attempt === 2 || setTimeout(resolve, 1));
        if (x === 3) throw new Error("never");
        return attempt;
      },
      [0, 1, 2, 3],
      { retries: 2, timeoutMs: 500, callsPerShard: 1 },
    );
    const settled = await job.settled();
    expect(settled.map((one) => (one.status === "fulfilled" ? one.value : one.reason))).toMatchObject([
      1,
      3,
      1,
      { code: "CALL", attempts: 3 },
    ]);
    expect(job.report().perCall.map(({ attempts }) => attempts)).toEqual([1, 3, 1, 3]);
    expect(job.report().retried).toBe(2);
  });

  it("goes on counting where a try ended its worker after others that threw", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const fn = (_: number, { attempt }: { attempt: number }) => {
      if (attempt === 2) for (;;);
      throw new Error(`attempt ${attempt}`);
    };
    const [first] = await executor.map(fn, [0], { retries: 1, timeoutMs: 300 }).settled();
    expect(first).toMatchObject({
      reason: { code: "CALL", attempts: 4, message: expect.stringContaining("attempt 4") },
    });
  });

  it("asks about each error, after a pause, where the option says so", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const isTransient = (error: unknown) => error instanceof RangeError;
    const started = performance.now();
    const job = executor.map(
      (x: number, { attempt }) => {
        if (attempt === 1) throw x === 0 ? new RangeError("busy") : new TypeError("wrong");
        return attempt;
      },
      [0, 1],
      { retries: { limit: 3, delayMs: 200, jitter: false, when: (error) => isTransient(error) } },
    );
    expect(await job.settled()).toMatchObject([{ value: 2 }, { reason: { attempts: 1, className: "TypeError" } }]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(200);
  });

  it("refuses a question that cannot travel, and says that it is that", () => {
    const executor = newExecutor();
    const closed = Promise.resolve(1);
    const map = () => executor.map((x: number) => x, [1], { retries: { limit: 1, when: () => closed } });
    expect(map).toThrow(expect.objectContaining({ code: "CAPTURE", path: "closed of retries.when" }));
  });
});

describe("memory limits that grow", () => {
  /** Holds so many MiB of the heap for a moment. */
  const hold = (mb: number) => {
    const held: unknown[] = [];
    for (let i = 0; i < mb; i++) held.push(new Array(131_072).fill(i + 0.5));
    return held.length;
  };

  it("give a call that ran out of one the next, and the others keep the first", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const job = executor.map(hold, [1, 2, 150, 3, 4], { memoryMb: [64, 384], shards: 1 });
    expect(await job).toEqual([1, 2, 150, 3, 4]);
    expect(job.report().perCall[2]?.attempts).toBeGreaterThan(1);
  });

  it("end with the last of them", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    await expect(executor.map(hold, [2000], { memoryMb: [40, 64] })).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
      memoryMb: 64,
      attempts: 2,
    });
  });
});

describe("one call among 1,000 in 8 shards that ends its worker", () => {
  it.each<[string, () => unknown, JobOptions, object]>([
    ["by an exit", () => process.exit(3), {}, { code: "WORKER_LOST", exitCode: 3 }],
    [
      "by its time",
      () => {
        for (;;);
      },
      { timeoutMs: 400 },
      { code: "CALL_TIMEOUT" },
    ],
    ["by a throw in a callback", () => new Promise(() => setTimeout(() => JSON.parse("{"))), {}, { code: "CALL" }],
  ])("%s, is found, and fails alone", async (_how, end, options, error) => {
    const executor = newExecutor();
    const inputs = Array.from({ length: 1000 }, (_, i) => i);
    const job = executor.map((x: number) => (x === 421 ? end() : x), inputs, {
      ...options,
      shards: 8,
      speculate: false,
    });
    const settled = await job.settled();
    expect(settled.filter(({ status }, x) => status === "fulfilled" || x === 421)).toHaveLength(1000);
    expect(settled[421]).toMatchObject({ reason: { ...error, index: 421, attempts: 1 } });
    expect(settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []))).toEqual(
      inputs.filter((x) => x !== 421),
    );
  });

  it("by a signal, which may come from anywhere, after each of its attempts", { tags: ["long"] }, async (context) => {
    skipOn(context, combo.backend === "poll", NO_WORD);
    const executor = newExecutor();
    const inputs = Array.from({ length: 1000 }, (_, i) => i);
    const job = executor.map((x: number) => (x === 421 ? process.kill(process.pid, "SIGKILL") : x), inputs, {
      shards: 8,
    });
    const settled = await job.settled();
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(999);
    expect(settled[421]).toMatchObject({ reason: { code: "WORKER_LOST", signal: "SIGKILL", index: 421 } });
  });
});

describe("size", () => {
  it("a result of 200 MB comes back equal", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const bytes = 200_000_000;
    const [result] = await executor.map((size: number) => new Uint8Array(size).fill(7), [bytes]);
    expect(result?.byteLength).toBe(bytes);
    expect(result?.buffer.byteLength).toBe(bytes);
    expect(result?.every((byte) => byte === 7)).toBe(true);
  });

  it("100,000 inputs", { tags: ["long"] }, async () => {
    const executor = newExecutor();
    const inputs = Array.from({ length: 100_000 }, (_, i) => i);
    const results = await executor.map((x: number) => x * 2, inputs);
    expect(results.length).toBe(inputs.length);
    expect(results.every((value, i) => value === i * 2)).toBe(true);
  });
});
