import type { WorkerRefusal } from "nodewren";
import { expect } from "vitest";

/** That with which the promise rejects. */
export async function refusalOf(promise: Promise<unknown>): Promise<WorkerRefusal> {
  const error = await promise.then(
    () => undefined,
    (error: WorkerRefusal) => error,
  );
  expect(error?.constructor.name).toBe("WorkerRefusal");
  return error as WorkerRefusal;
}
