/**
 * A job in the cloud whose host was killed: its shards are Lambda's to run, and another host finds what they left.
 *
 * @module-tag long
 */
import { describe, expect, it } from "vitest";
import { FUNCTION_NAME } from "../support/deployed-lambda.js";
import { KILLED_AT, killedJob, runsOf } from "../support/killed-host.js";
import { newOwnCloud } from "../support/own-cloud.js";

const POLL_MS = 50;

async function newCloud(invocation: "push" | "poll") {
  const { env, newExecutor } = await newOwnCloud({ invocation, pollMs: POLL_MS });
  const own = {
    NODEWREN_FUNCTION: FUNCTION_NAME,
    NODEWREN_LAMBDA_INVOCATION: invocation,
    NODEWREN_LAMBDA_POLL_MS: String(POLL_MS),
    NODEWREN_CONCURRENCY: "1",
  };
  return { env: { ...env, ...own }, newExecutor };
}

describe.each(["push", "poll"] as const)("a job on Lambda (%s) whose host was killed", (invocation) => {
  it("is driven to its end by another host: finished shards are not run again", async () => {
    const { env, newExecutor } = await newCloud(invocation);
    const killed = await killedJob({ executor: "new Executor({ progress: false })", env });
    const { executor, backend } = newExecutor();
    const settled = await executor.attach<{ square: number }>(killed.jobId, { resume: true }).settled();
    settled.forEach((outcome, x) => {
      if (x !== 7) expect(outcome).toEqual({ status: "fulfilled", value: { square: x * x } });
    });
    expect(settled[7]).toMatchObject({ reason: { code: "CALL", className: "RangeError", index: 7 } });
    const runs = runsOf(killed);
    expect(runs.filter((_, x) => x !== KILLED_AT)).toEqual(Array(9).fill(1));
    // Lambda goes on with what it runs: whether that is over before the other host looks is a matter of milliseconds.
    expect([1, 2]).toContain(runs[KILLED_AT]);
    expect(backend.requests.invoke).toBe(5 + (runs[KILLED_AT] as number) - 1);
  });
});
