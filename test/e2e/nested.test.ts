/** @module-tag long */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { type CallContext, CallError, CancelledError, CaptureError, Executor, type InnerExecutor } from "nodewren";
import { expect, it } from "vitest";
import { answerCallPlace } from "../../src/wire/call-place.js";
import { isLambda, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";
import { MemoryStore } from "../support/memory-store.js";
import { canListProcesses, childrenOf, isAlive } from "../support/processes.js";
import { runNode } from "../support/run-script.js";
import { until } from "../support/until.js";

// Each starts several processes, one inside of another.
/** For what takes an instant, on a machine that is busy. */
const LONG_MS = 20_000;

const here = import.meta.url;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

it("a call maps by its context's executor, on workers of its own", async () => {
  const executor = newExecutor();
  const base = 10;
  const table = await executor.map(
    async (x, { executor }) => {
      const pidOf = (fn: () => number) => fn();
      const job = executor.map((y) => [x * base + y, pidOf(() => process.pid)] as const, range(10));
      return (await job).map(([value, pid]) => [value, pid !== process.pid]);
    },
    range(10),
    { speculate: false },
  );
  expect(table.flat()).toEqual(range(100).map((value) => [value, true]));
});

it.skipIf(isLambda)("an executor that is made in a call has the job's store, and a share of the cores", async () => {
  const executor = newExecutor({ workers: 1 });
  const inside = async (x: number, { store }: { store: { get(key: string): Promise<Uint8Array | undefined> } }) => {
    // As a package it would travel by its name; here it is this project's own code.
    const { Executor } = createRequire(here)("nodewren");
    await using inner = new Executor();
    const job = inner.map((y: number) => y + 1, [x]);
    const [value] = await job;
    return [value, (await store.get(`jobs/${job.id}/job.json`)) !== undefined];
  };
  const folder = (await executor.sh(["mktemp -d"]))[0]?.stdout.trim() as string;
  try {
    expect(await newExecutor({ store: folder }).call(inside, 1)).toEqual([2, true]);
    // A temporary store's jobs are known to nobody, and go as soon as they have ended.
    expect(await executor.call(inside, 1)).toEqual([2, false]);
  } finally {
    await executor.sh([["rm", "-r", folder]]);
  }
});

it("what fails there comes up, with its cause", async () => {
  const executor = newExecutor();
  const fail = (y: number) => {
    if (y === 2) throw new RangeError("not two");
  };
  const error = await executor
    .call((_, { executor }) => executor.map(fail, [1, 2]).then(() => {}), null)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({
    className: "CallError",
    cause: { code: "CALL", index: 1, className: "RangeError", cause: new RangeError("not two") },
  });
});

it("maps that nest without end are refused, three deep ones are not", async () => {
  const executor = newExecutor({ workers: 1 });
  const deeper = async (n: number, { executor }: { executor: InnerExecutor }): Promise<unknown> =>
    n === 0 ? "deep" : [await executor.call(deeper, n - 1)];
  expect(await executor.call(deeper, 2)).toEqual([["deep"]]);
  await expect(executor.call(deeper, 3)).rejects.toThrow(/threw InvokeError: Maps are nested 3 deep here/);
});

it.skipIf(isLambda || !canListProcesses)("nothing of it is left when the job is cancelled", async () => {
  const executor = newExecutor({ workers: 1 });
  const pid = await executor.call(() => process.pid, null);
  const wait = (_: unknown, { executor }: { executor: InnerExecutor }) =>
    executor.call(() => new Promise(() => {}), null).then(() => {});
  const future = executor.map(wait, [null]);
  await until(() => childrenOf(pid).length > 0, LONG_MS);
  const workers = childrenOf(pid);
  future.cancel();
  await expect(future).rejects.toBeInstanceOf(CancelledError);
  await until(() => !workers.some(isAlive), LONG_MS);
});

it("an executor of a call ends with the call's job", async () => {
  const controller = new AbortController();
  const descriptor = { kind: "file", folder: tmpdir(), temporary: true };
  const place = { depth: 1, workers: 1, store: new MemoryStore(), descriptor, signal: controller.signal };
  const stop = answerCallPlace(() => place);
  try {
    const executor = new Executor({ backend: "local", progress: false });
    const job = executor.map(() => new Promise(() => {}), [1]);
    controller.abort();
    await expect(job).rejects.toBeInstanceOf(CancelledError);
    await executor.close();
  } finally {
    stop();
  }
});

it.skipIf(isLambda || !canListProcesses)("its workers are gone when another job's call begins", async () => {
  const executor = newExecutor({ workers: 1 });
  const nest = async (x: number, { executor }: { executor: InnerExecutor }) => {
    void executor.call(() => new Promise(() => {}), null);
    return [process.pid, await executor.call((y: number) => y, x)];
  };
  const [first] = await executor.call(nest, 1);
  const plain = await executor.call(() => process.pid, null);
  expect(plain).toBe(first);
  expect(childrenOf(plain)).toEqual([]);
});

it.skipIf(isLambda)("a script that nests maps leaves no folder, closed or killed", async () => {
  const own = () => readdirSync(tmpdir()).filter((name) => /^nodewren-\d/.test(name));
  for (const end of ["await executor.close()", 'process.kill(process.pid, "SIGKILL")']) {
    const script = `import { Executor } from "nodewren";
      const executor = new Executor({ workers: 1 });
      const inner = await executor.call((_, { executor }) => executor.call(() => process.pid), 0);
      console.log(process.pid, inner);
      ${end};`;
    const { stdout, stderr } = await runNode(["--input-type=module", "--eval", script]);
    expect(stderr).toBe("");
    const [pid, inner] = stdout.trim().split(" ").map(Number) as [number, number];
    expect(inner).toBeGreaterThan(0);
    await until(() => !isAlive(inner) && !own().some((name) => name.startsWith(`nodewren-${pid}-`)), LONG_MS);
  }
});

it("an executor of the script is refused in a call, with what to take instead", () => {
  const executor = newExecutor();
  const map = () => executor.map((x: number) => x, [1]).then(() => {});
  const refused = (() => {
    try {
      return executor.call(map, null);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(CaptureError);
  expect(refused).toMatchObject({
    path: "executor",
    hint: "Inside a call, take the one that its second argument has: (input, { executor }) => executor.map(…).",
  });
});

it("by an executor that is made in a call, a job runs on the same function, and lies in the job's store", async (context) => {
  skipOn(context, !isLambda, "workers here start processes");
  const executor = newExecutor();
  const inside = async (x: number, { store }: CallContext) => {
    // What the function's code has of this package; a program that has it installed imports it as ever.
    const { Executor } = createRequire(`${process.env.LAMBDA_TASK_ROOT}/`)("nodewren");
    await using inner = new Executor();
    const job = inner.map((y: number) => [y + 1, process.env.AWS_LAMBDA_FUNCTION_NAME], [x]);
    const [value] = await job;
    return [value, (await store.get(`jobs/${job.id}/job.json`)) !== undefined];
  };
  expect(await executor.call(inside, 1)).toEqual([[2, "nodewren"], true]);
  const refused = executor.call(async () => {
    const { Executor } = createRequire(`${process.env.LAMBDA_TASK_ROOT}/`)("nodewren");
    new Executor({ backend: "local" });
  }, null);
  await expect(refused).rejects.toThrow(/start no processes. Leave the option backend out/);
});

it("the other forms run there, too, and what calls print is kept", async () => {
  const executor = newExecutor();
  const all = async (n: number, { executor }: { executor: InnerExecutor }) => {
    const sum = await executor.parallelFor(0, n, (i) => i, { reduce: (a, b) => a + b });
    const [shell] = await executor.sh(["echo $((6 * 7))"]);
    const job = executor.map((x) => console.log("inside", x), [n]);
    await job;
    const digits = await executor.mapReduce(
      (x: number) => x,
      range(n),
      (a, b) => a * 10 + b,
    );
    return [sum, shell?.stdout, job.futures[0]?.output.stdout, digits];
  };
  expect(await executor.call(all, 4)).toEqual([6, "42\n", "inside 4\n", 123]);
});
