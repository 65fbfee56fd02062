/**
 * Jobs that a state machine runs: their definitions in aws-local-stepfunctions, on the worker of the local Lambda.
 *
 * @module-tag long
 */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { Executor } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodewren } from "../support/cli.js";
import { FUNCTION_NAME } from "../support/deployed-lambda.js";
import { newFolder } from "../support/folders.js";
import { newOwnCloud } from "../support/own-cloud.js";
import { runNode } from "../support/run-script.js";
import { FOR_NODE_20, type Invocation, runStateMachine } from "../support/state-machines.js";

async function newCloud() {
  const { lambda, env, newExecutor } = await newOwnCloud();
  const client = new LambdaClient(lambda.clientOptions);
  onTestFinished(() => client.destroy());
  return { ...newExecutor(), client, lambda, env };
}

/** As the service invokes it; errors have Lambda's names. */
async function invoke(client: LambdaClient, { FunctionName, Payload }: Invocation): Promise<{ Payload: unknown }> {
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(Payload) }));
  const value = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  if (answer.FunctionError) throw named(value.errorType ?? "Lambda.Unknown", value.errorMessage ?? "");
  return { Payload: value };
}

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe("a prepared job", () => {
  it("is run by a state machine, and its results are where they are looked for", async () => {
    const { executor, backend, client } = await newCloud();
    const base = 100;
    const prepared = await executor.prepare(
      (x: number) => {
        if (x === 3) throw new RangeError("three");
        return x + base;
      },
      [1, 2, 3, 4],
      { callsPerShard: 2, setup: () => {} },
    );
    expect(backend.requests.invoke).toBe(0);
    const invocations: Invocation[] = [];
    await runStateMachine(await prepared.toStateMachine(), (invocation) => {
      invocations.push(invocation);
      return invoke(client, invocation);
    });
    expect(invocations.map(({ FunctionName, Payload }) => [FunctionName, Payload.attempt])).toEqual(
      Array(2).fill([FUNCTION_NAME, 1]),
    );
    const settled = await executor.attach(prepared.id).settled();
    expect(settled.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.message))).toEqual(
      [101, 102, expect.stringContaining("RangeError: three"), 104],
    );
    // What the machine has run, nobody runs again.
    expect(backend.requests.invoke).toBe(0);
  });

  it("is tried again where its workers are throttled, lost or refuse, and what is left can be resumed", async () => {
    const { executor, client } = await newCloud();
    const prepared = await executor.prepare(
      (x: number, { attempt }: { attempt: number }) => [x, attempt],
      [0, 1, 2, 3],
      {
        callsPerShard: 1,
        maxAttempts: 2,
      },
    );
    const failures: Record<string, unknown[]> = {
      "0000000": [named("Lambda.TooManyRequestsException", "slow down")],
      "0000001": [named("Runtime.ExitError", "exited")],
      "0000002": [{ Payload: { failure: { code: "", message: "no", retire: false } } }],
      "0000003": [named("Lambda.Unknown", "gone"), named("Lambda.Unknown", "gone")],
    };
    const ran = runStateMachine(await prepared.toStateMachine({ maxConcurrency: 1 }), async (invocation) => {
      const next = failures[invocation.Payload.shard.name]?.shift();
      if (next instanceof Error) throw next;
      return next ?? invoke(client, invocation);
    });
    await expect(ran).rejects.toThrow(/Nodewren.ShardsLeft|Some shards could not be run/);
    // A throttle is no try of the shard's.
    expect(await executor.attach(prepared.id, { resume: true })).toEqual([
      [0, 1],
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  it("is printed by the command line as it is given here", async () => {
    const { executor, env } = await newCloud();
    const prepared = await executor.prepare((x: number) => x, [1], { env: { GREETING: "hello" } });
    const folder = newFolder();
    const args = ["jobs", "export", prepared.id.slice(0, 8), "--state-machine", "--max-concurrency", "5"];
    const { stdout, code } = await nodewren(folder, args, { ...env, GREETING: "hello" });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(JSON.stringify(await prepared.toStateMachine({ maxConcurrency: 5 }))),
    );
    expect(stdout).not.toContain(env.AWS_SECRET_ACCESS_KEY);
    const without = await nodewren(folder, args, env);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("GREETING") });
    const asNothing = await nodewren(folder, ["jobs", "export", prepared.id], env);
    expect(asNothing).toMatchObject({ code: 1, stderr: expect.stringContaining("--state-machine") });
    const preload = ["tsx", `data:text/javascript,${encodeURIComponent(FOR_NODE_20)}`].flatMap((url) => [
      "--import",
      url,
    ]);
    const example = await runNode([...preload, "examples/state-machine.ts"], { env });
    expect(example).toMatchObject({ code: 0, stdout: "[ 1, 4, 9, 16, 25, 36 ]\n" });
  });
});

describe("what cannot be a state machine is refused", () => {
  it("where nobody else could find the job, or run it", async () => {
    const local = new Executor({ workers: 1, progress: false });
    await expect(local.prepare((x: number) => x, [1])).rejects.toThrow(/needs a store that stays/);
    const executor = new Executor({ workers: 1, progress: false, store: newFolder() });
    await expect(executor.prepare((x: number) => x, [])).rejects.toThrow(/got no inputs/);
    const prepared = await executor.prepare((x: number) => x * 2, [1, 2]);
    await expect(prepared.toStateMachine({ functionName: "nodewren" })).rejects.toThrow(/a store of this machine/);
    await expect(prepared.toStateMachine()).rejects.toThrow(/functionName/);
    expect(await executor.attach(prepared.id, { resume: true })).toEqual([2, 4]);
    await executor.close();
    await local.close();
  });

  it("and where Step Functions take less", async () => {
    const { executor } = await newCloud();
    const inputs = Array.from({ length: 1001 }, (_, i) => i);
    const same = (x: number) => x;
    const many = await executor.prepare(same, inputs, { callsPerShard: 1 });
    await expect(many.toStateMachine()).rejects.toThrow(/1001 shards, .* callsPerShard/);
    const planned = await executor.prepare(same, inputs);
    const { Shards } = (await planned.toStateMachine()).States as unknown as { Shards: { Result: unknown[] } };
    expect(Shards.Result.length).toBeLessThanOrEqual(80);
    const paced = await executor.prepare(same, inputs, { limitPerSecond: 5 });
    await expect(paced.toStateMachine()).rejects.toThrow(/limitPerSecond/);
  });
});
