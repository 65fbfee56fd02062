/**
 * Whole jobs on a Lambda that throttles, fails and loses answers.
 *
 * @module-tag long
 */
import { Executor, FileStore, LambdaBackend, type LambdaBackendOptions, type Reach } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import { type DeployedSetting, FUNCTION_NAME, startDeployedLambda } from "../support/deployed-lambda.js";
import { newFolder } from "../support/folders.js";
import type { LocalLambdaOptions } from "../support/local-lambda/index.js";

/** Lambda is on this machine here, so that its workers reach the folder. */
class NearStore extends FileStore {
  // @ts-expect-error Only what is told of it differs.
  override readonly reach: Reach = "network";
}

const INVOKE = "lambda:InvokeFunction";

async function newCloud(setting: DeployedSetting = {}, options: LocalLambdaOptions = {}) {
  // Made first, so that it goes last: a worker may still write when its job is done.
  const folder = newFolder();
  const lambda = await startDeployedLambda(setting, options);
  onTestFinished(() => lambda.close());
  const newExecutor = (fields: LambdaBackendOptions = {}) => {
    const backend = new LambdaBackend({ ...lambda.clientOptions, pollMs: 20, concurrency: 4, ...fields });
    const executor = new Executor({ backend, store: new NearStore(folder), progress: false });
    onTestFinished(() => executor.close());
    return { executor, backend };
  };
  return { lambda, newExecutor };
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

const squareSoon = async (x: number) => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return x * x;
};

it("64 shards come through four places, though nobody may ask how many there are", async () => {
  // The backend warns of what it may not ask, once, as it should.
  const authorize = ({ action }: { action: string }) => !/GetFunctionConcurrency|GetAccountSettings/.test(action);
  const { lambda, newExecutor } = await newCloud({ reserved: 4 }, { authorize });
  const { executor, backend } = newExecutor({ concurrency: 64, invocation: "push" });
  expect(await executor.map(squareSoon, numbers(64), { callsPerShard: 1, speculate: false })).toEqual(
    numbers(64).map((x) => x * x),
  );
  const { maxConcurrency, invocations } = lambda.stats().functions[FUNCTION_NAME] ?? {};
  expect(maxConcurrency).toBe(4);
  expect(invocations).toBe(64);
  // In the beginning up to 60 at once, and seldom after that; a busy machine starts them one after the other.
  expect(backend.requests.throttled).toBeGreaterThan(0);
  expect(backend.requests.throttled).toBeLessThan(2 * 64);
  expect(backend.requests).toMatchObject({ invoke: 64 + backend.requests.throttled, failed: 0 });
});

it.each(["push", "poll"] as const)("errors of Lambda cost time only (%s)", async (invocation) => {
  const { lambda, newExecutor } = await newCloud();
  const { executor, backend } = newExecutor({ invocation });
  for (const fault of [500, 429, 503] as const) lambda.faults.next(INVOKE, fault, 2);
  lambda.faults.next("lambda:GetFunctionConfiguration", 500);
  expect(await executor.map((x: number) => x + 1, numbers(8), { shards: 8, speculate: false })).toEqual(
    numbers(8).map((x) => x + 1),
  );
  expect(backend.requests).toEqual({ invoke: 14, throttled: 2, failed: 4 });
});

it.each(["cut-before", "cut-after"] as const)("a lost answer is looked for in the store (%s)", async (fault) => {
  const { lambda, newExecutor } = await newCloud();
  const { executor } = newExecutor({ invocation: "push" });
  lambda.faults.next(INVOKE, fault, 2);
  expect(await executor.map((x: number) => x + 1, numbers(6), { shards: 6 })).toEqual(numbers(6).map((x) => x + 1));
});

it("events that come twice give one result", async () => {
  const { lambda, newExecutor } = await newCloud();
  lambda.knobs.duplicateEvents = 1;
  const { executor } = newExecutor({ invocation: "poll" });
  expect(await executor.map((x: number) => x + 1, numbers(6), { shards: 6, speculate: false })).toEqual(
    numbers(6).map((x) => x + 1),
  );
  expect(lambda.stats().events.duplicated).toBe(6);
});

it("a function that does not exist fails the job before anything runs", async () => {
  const { newExecutor } = await newCloud();
  const { executor } = newExecutor({ functionName: "other" });
  await expect(executor.map((x: number) => x, [1])).rejects.toThrow(
    /There is no function other in region us-east-1. Run `npx nodewren deploy`/,
  );
});

// Polled, the note has to be stored before Lambda ends the worker, which memory that fills fast may win.
it("a call that takes all of the function's memory is told whose limit it was", async () => {
  const { newExecutor } = await newCloud({ memoryMb: 256 });
  const { executor } = newExecutor({ invocation: "push" });
  const fill = async (): Promise<void> => {
    const buffers: Buffer[] = [];
    for (;;) {
      buffers.push(Buffer.alloc(2 ** 20, 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await expect(executor.map(fill, [1])).rejects.toMatchObject({
    code: "OUT_OF_MEMORY",
    memoryMb: 256,
    message: expect.stringMatching(/the worker's memory, 256 MiB.*nodewren deploy/),
  });
});

it("a shard that takes longer than the function may is split until one call stands alone", async () => {
  const { newExecutor } = await newCloud({ timeoutS: 2 });
  const { executor } = newExecutor({ invocation: "push" });
  const sleep = async (x: number) => {
    await new Promise((resolve) => setTimeout(resolve, x));
    return x;
  };
  const settled = await executor.map(sleep, [1, 700, 700, 60_000, 700], { shards: 1 }).settled();
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(settled[3]).toMatchObject({ reason: { code: "CALL_TIMEOUT" } });
});

// A call is named in the log once it has run for a second, which is what the limit ends as well.
it("a call whose time limit is a second is told to have overrun it", async () => {
  const { newExecutor } = await newCloud();
  const { executor } = newExecutor({ invocation: "push" });
  const never = (x: number) => (x === 1 ? new Promise<never>(() => {}) : x);
  const settled = await executor.map(never, [0, 1, 2], { callsPerShard: 1, timeoutMs: 1000 }).settled();
  expect(settled).toMatchObject([{ value: 0 }, { reason: { code: "CALL_TIMEOUT" } }, { value: 2 }]);
});
