/**
 * What a setup can do to its worker. Each time the calls fail with its error, in bounded time, and other jobs run.
 *
 * @module-tag long
 */
import { Socket } from "node:net";
import { type Executor, type JobOptions, SetupError } from "nodewren";
import { expect, it } from "vitest";
import { combo, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";

const INPUTS = [0, 1, 2, 3, 4];

const NO_WORD =
  "a worker that is killed leaves no word, so that this takes until its deadline, the function's time limit";

/** Every call fails with the setup's error, which is returned; and the executor goes on with other jobs. */
async function failureOf(executor: Executor, options: JobOptions): Promise<SetupError> {
  const job = executor.map((x: number) => x, INPUTS, { shards: 2, ...options });
  const reasons = (await job.settled()).map((outcome) => (outcome.status === "rejected" ? outcome.reason : outcome));
  reasons.forEach((reason, index) => {
    expect(reason).toBeInstanceOf(SetupError);
    expect(reason).toMatchObject({ code: "SETUP", jobId: job.id, index });
    expect((reason as SetupError).message).toMatch(
      new RegExp(`^Call ${index} of job ${job.id} did not run, because the job's setup `),
    );
  });
  expect(await executor.map((x: number) => x + 1, [1, 2])).toEqual([2, 3]);
  return reasons[0] as SetupError;
}

it("it throws", async () => {
  const setup = () => {
    console.log("before");
    throw new RangeError("no luck", { cause: new Error("inner") });
  };
  const error = await failureOf(newExecutor(), { setup });
  expect(error).toMatchObject({ how: "threw", className: "RangeError", output: { stdout: "before\n", stderr: "" } });
  expect(error.message).toMatch(/threw RangeError: no luck$/);
  expect(error.cause).toMatchObject({ message: "no luck", cause: { message: "inner" } });
  expect(error.stack).toMatch(/setup\.test\.ts/);
});

it("it rejects", async () => {
  const error = await failureOf(newExecutor(), { setup: async () => Promise.reject(new TypeError("later")) });
  expect(error).toMatchObject({ how: "threw", className: "TypeError" });
});

it("it throws what cannot travel", async () => {
  const setup = () => {
    throw Object.assign(new Error("no luck"), { socket: new Socket(), tries: 3 });
  };
  const error = await failureOf(newExecutor(), { setup });
  expect(error.cause).toMatchObject({ message: "no luck", tries: 3 });
  expect(error.omitted).toMatchObject([{ path: "cause.socket" }]);
});

it("it leaves a rejection that nobody handles", async () => {
  const error = await failureOf(newExecutor(), { setup: () => void Promise.reject(new Error("stray")) });
  expect(error.message).toMatch(/threw Error: stray$/);
});

it.each<[string, () => unknown]>([
  ["loops for ever", () => loop()],
  ["waits for ever", () => new Promise(() => {})],
])("it %s", async (_what, setup) => {
  // On one worker: two that loop leave a machine with two cores no time to tell why they ended.
  const error = await failureOf(newExecutor(), { setup, timeoutMs: 500, shards: 1 });
  expect(error).toMatchObject({ how: "timeout", message: expect.stringMatching(/more than 500 ms.*Raise timeoutMs/) });
});

function loop(): never {
  for (;;);
}

it("it exits the process", async () => {
  const error = await failureOf(newExecutor(), { setup: () => process.exit(3) });
  expect(error).toMatchObject({
    how: "lost",
    message: expect.stringMatching(/exit code 3.*neither exits nor crashes/),
  });
});

it("it is killed", async (context) => {
  skipOn(context, combo.backend === "poll", NO_WORD);
  const setup = () => void process.kill(process.pid, "SIGKILL");
  const error = await failureOf(newExecutor(), { setup, maxAttempts: 2 });
  expect(error).toMatchObject({ how: "lost", attempts: 2, message: expect.stringMatching(/killed by SIGKILL/) });
});

it("it takes too much memory", async () => {
  const setup = () => {
    const kept: Buffer[] = [];
    for (let i = 0; i < 1000; i++) {
      kept.push(Buffer.alloc(2 ** 20, 1));
      for (const end = Date.now() + 2; Date.now() < end; );
    }
  };
  const error = await failureOf(newExecutor(), { setup, memoryMb: 64 });
  expect(error).toMatchObject({ how: "memory", message: expect.stringMatching(/memoryMb: 64.*Raise memoryMb/) });
});

it("it fails at first, and is tried again as often as calls are", async () => {
  const setup = () => {
    const state = globalThis as { nodewrenTestTries?: number };
    state.nodewrenTestTries = (state.nodewrenTestTries ?? 0) + 1;
    if (state.nodewrenTestTries < 3) throw new Error(`try ${state.nodewrenTestTries}`);
  };
  const executor = newExecutor({ workers: 1 });
  const tries = () => (globalThis as { nodewrenTestTries?: number }).nodewrenTestTries;
  expect(await executor.map(tries, [1, 2], { setup, retries: 2 })).toEqual([3, 3]);
  await expect(executor.map(tries, [1], { setup: () => [setup(), 1], retries: 1 })).rejects.toThrow(
    /threw Error: try 2$/,
  );
});

it("one worker on which it failed is not one on which it ran", async () => {
  const setup = () => {
    const state = globalThis as { nodewrenTestHalf?: boolean };
    if (state.nodewrenTestHalf) return;
    state.nodewrenTestHalf = true;
    throw new Error("half way");
  };
  const executor = newExecutor({ workers: 1 });
  for (let job = 0; job < 2; job++) await expect(executor.call((x) => x, 1, { setup })).rejects.toThrow(/half way/);
});
