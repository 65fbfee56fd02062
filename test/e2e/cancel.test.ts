/** Jobs that are cancelled, closed or aborted at the worst moment. Everything settles, and nothing is left running. */

import { Executor, LocalBackend } from "nodewren";
import { describe, expect, it } from "vitest";
import { newExecutor, newWarmExecutor } from "../support/executors.js";
import { shareOf } from "../support/long.js";

const forever = () => new Promise<never>(() => setInterval(() => {}, 1000));
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Fails where a promise hangs; the runner's own limit would not say which one. */
function soon<T>(promise: PromiseLike<T>, what: string, ms = 60_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} hangs`)), ms);
    promise.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

describe("cancel()", () => {
  it("of 100,000 shards settles all at once, and close() follows", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => new Promise((resolve) => setTimeout(resolve, 5, x)), numbers(100_000), {
      callsPerShard: 1,
    });
    await job.futures[0];
    job.cancel();
    const settled = await soon(job.settled(), "the job");
    expect(settled).toHaveLength(100_000);
    expect(settled.filter(({ status }) => status === "rejected").length).toBeGreaterThan(99_000);
    await soon(executor.close(), "close()");
  });

  it.each(shareOf(numbers(8), 2))("%d microtasks after a call has settled frees the worker", async (microtasks) => {
    const executor = newExecutor({ workers: 1 });
    const job = executor.map((x: number) => (x === 0 ? 0 : new Promise(() => setInterval(() => {}, 1000))), [0, 1], {
      callsPerShard: 1,
    });
    await job.futures[0];
    for (let i = 0; i < microtasks; i++) await undefined;
    job.cancel();
    expect(
      await soon(
        executor.map((x: number) => x, [7]),
        "the next job",
      ),
    ).toEqual([7]);
  });

  it("at once, twice, and after the end does no harm", async () => {
    const executor = newWarmExecutor();
    const early = executor.map((x: number) => x, [1]);
    early.cancel("first");
    early.cancel("second");
    await expect(early).rejects.toThrow("first");
    const late = executor.map((x: number) => x, [1]);
    await late;
    late.cancel();
    expect(await late).toEqual([1]);
  });

  it("from the progress function settles every call", async () => {
    const executor = newWarmExecutor();
    const job = executor.map((x: number) => x, numbers(6), {
      callsPerShard: 1,
      progress: ({ done }) => done === 2 && job.cancel(),
    });
    const settled = await soon(job.settled(), "the job");
    expect(settled.filter(({ status }) => status === "fulfilled").length).toBeLessThan(6);
    expect(settled).toHaveLength(6);
  });
});

describe("a signal", () => {
  it.each([undefined, "text", 5, Symbol("why"), Object.create(null), new Error("why")])(
    "aborted for the reason %# cancels",
    async (reason) => {
      const executor = newWarmExecutor();
      const controller = new AbortController();
      const job = executor.map(forever, [0, 1], { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 20);
      const [first] = await soon(job.settled(), "the job");
      expect(first).toMatchObject({ reason: { code: "CANCELLED" } });
      expect((first as { reason: Error }).reason.cause).toBe(controller.signal.reason);
      const late = executor.map(forever, [0], { signal: controller.signal });
      await expect(soon(late, "the late job")).rejects.toMatchObject({ code: "CANCELLED" });
    },
  );
});

describe("inputs from an async iterable", () => {
  it("that never come end with cancel() and close(), and the iterable is told", async () => {
    const executor = new Executor({ workers: 1, progress: false });
    let returned = 0;
    const inputs: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          returned++;
          return { value: undefined, done: true };
        },
      }),
    };
    const cancelled = executor.map((x: number) => x, inputs);
    cancelled.cancel();
    await expect(soon(cancelled, "the job")).rejects.toMatchObject({ code: "CANCELLED" });
    const closed = executor.map((x: number) => x, inputs);
    await soon(executor.close(), "close()");
    await expect(soon(closed, "the closed job")).rejects.toMatchObject({ code: "CANCELLED" });
    expect(returned).toBe(2);
  });

  it("that end after cancel() leave no future open", async () => {
    const executor = newExecutor({ workers: 1 });
    let end = () => {};
    const gate = new Promise<void>((resolve) => {
      end = resolve;
    });
    async function* inputs() {
      yield 1;
      yield 2;
      await gate;
    }
    const job = executor.map((x: number) => x, inputs());
    await new Promise((resolve) => setTimeout(resolve, 20));
    job.cancel();
    end();
    await expect(job).rejects.toMatchObject({ code: "CANCELLED" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const future of job.futures) expect(future.status).toBe("rejected");
    await expect(job.started()).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it.each([Symbol("s"), Object.create(null), undefined, new RangeError("no more")])(
    "that throw %# fail the job with that as cause",
    async (thrown) => {
      const executor = newExecutor({ workers: 1 });
      async function* inputs() {
        yield 1;
        throw thrown;
      }
      const job = executor.map((x: number) => x, inputs());
      await expect(soon(job, "the job")).rejects.toMatchObject({ code: "INVOKE", cause: thrown });
      await soon(executor.close(), "close()");
    },
  );
});

describe("close()", () => {
  it("at any moment of a job resolves and settles it", async () => {
    for (let microtasks = 0; microtasks < 30; microtasks += 3) {
      const executor = newWarmExecutor();
      const jobs = [executor.map((x: number) => x, numbers(5)).settled(), executor.map(forever, [0]).settled()];
      for (let i = 0; i < microtasks; i++) await undefined;
      await soon(executor.close(), `close() after ${microtasks} microtasks`);
      await soon(Promise.all(jobs), `a job after ${microtasks} microtasks`);
    }
  });

  it("of one executor does not lose the jobs of another on the same backend", async () => {
    const backend = new LocalBackend({ workers: 1 });
    const [first, second] = [new Executor({ backend, progress: false }), new Executor({ backend, progress: false })];
    const job = second.map((x: number) => new Promise((resolve) => setTimeout(resolve, 200, x)), [1, 2], {
      callsPerShard: 1,
    });
    await first.close();
    expect(await soon(job, "the job")).toEqual([1, 2]);
    await second.close();
  });
});
