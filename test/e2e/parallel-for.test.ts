/** @module-tag long */
import { CallError, CaptureError } from "nodewren";
import { expect, it } from "vitest";
import { newWarmExecutor } from "../support/executors.js";

it("runs the body for each i, with what it closes over, and folds in order", async () => {
  const executor = newWarmExecutor();
  const letters = "abcdefghij";
  const options = { reduce: (a: string, b: string) => a + b, initial: ">", iterationsPerCall: 3 };
  expect(await executor.parallelFor(0, 10, (i) => letters[i] as string, options)).toBe(">abcdefghij");
  expect(await executor.parallelFor(9, -1, async (i) => letters[i] as string, { ...options, step: -2 })).toBe(">jhfdb");
  expect(await executor.parallelFor(0, 1e7, (i) => i, { reduce: (a, b) => a + b })).toBe((1e7 * (1e7 - 1)) / 2);
});

it("resolves to nothing without reduce, and each body gets its call's context", async () => {
  const executor = newWarmExecutor();
  const body = (i: number, { store }: { store: { put(key: string, body: Uint8Array): Promise<void> } }) =>
    store.put(`seen/${i}`, new Uint8Array([i]));
  expect(await executor.parallelFor(0, 3, body)).toBeUndefined();
});

it("fails with the first failure, which tells its i and has the cause", async () => {
  const executor = newWarmExecutor();
  const error = await executor
    .parallelFor(0, 1000, (i) => {
      if (i === 57) throw new RangeError("not 57");
    })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({ message: expect.stringContaining("At i = 57: RangeError: not 57") });
  expect((error as CallError).cause).toMatchObject({ i: 57, cause: new RangeError("not 57") });
});

it("a body that cannot travel is told of as a mapped function is", () => {
  const executor = newWarmExecutor();
  const gone = new WeakRef({});
  const refused = (() => {
    try {
      void executor.parallelFor(0, 3, () => gone.deref());
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(CaptureError);
  expect(refused).toMatchObject({
    path: "gone",
    excerpt: expect.stringContaining("parallelFor(0, 3, () => gone.deref()"),
  });
});

it("retries.when is asked about what the body threw", async () => {
  const executor = newWarmExecutor();
  const body = (i: number, { attempt }: { attempt: number }) => {
    if (i === 2 && attempt === 1) throw new RangeError("busy");
    return attempt;
  };
  const when = (error: unknown) => error instanceof RangeError;
  const options = { reduce: (a: number, b: number) => Math.max(a, b), retries: { limit: 1, when } };
  expect(await executor.parallelFor(0, 4, body, options)).toBe(2);
});
