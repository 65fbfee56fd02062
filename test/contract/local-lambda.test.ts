/**
 * The tests' own Lambda: functions run and fail as on AWS, as far as the AWS SDK can tell, and leave nothing behind.
 *
 * @module-tag long
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PublishLayerVersionCommand, UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { newFolder } from "../support/folders.js";
import { handlerZip, invoke, newClient, newFunction, zipOf } from "../support/lambda-functions.js";
import { type LocalLambda, startLocalLambda } from "../support/local-lambda/index.js";
import { canListProcesses, isAlive } from "../support/processes.js";
import { root } from "../support/run-script.js";
import { until } from "../support/until.js";

let lambda: LocalLambda;
let client: ReturnType<typeof newClient>;
/** How long things that take milliseconds may take on a busy machine, ms. */
const SOON = 10_000;

beforeAll(async () => {
  lambda = await startLocalLambda({ stateDelayMs: 0, environment: { ADDED: "yes" } });
  client = newClient(lambda);
});
beforeEach(() => lambda.reset());
afterAll(() => lambda.close());

describe("a function", () => {
  it("runs in one process that stays warm, with Lambda's variables and nothing of this process's", async () => {
    const name = await newFunction(
      client,
      `globalThis.count = (globalThis.count ?? 0) + 1;
       return { event, count, pid: process.pid, env: process.env, cwd: process.cwd(), id: context.awsRequestId,
         remaining: context.getRemainingTimeInMillis(), memory: context.memoryLimitInMB, arn: context.invokedFunctionArn };`,
      { MemorySize: 192, Environment: { Variables: { OWN: "mine" } } },
    );
    const first = await invoke(client, name, { a: [1] });
    const second = await invoke(client, name);
    expect(first.value).toMatchObject({ event: { a: [1] }, count: 1, memory: "192" });
    expect(first.value.arn).toBe(`arn:aws:lambda:us-east-1:123456789012:function:${name}`);
    expect(first.value.remaining).toBeGreaterThan(5000);
    expect(second.value).toMatchObject({ count: 2, pid: first.value.pid });
    expect(second.value.id).not.toBe(first.value.id);
    const { env } = first.value;
    expect(env).toMatchObject({ OWN: "mine", ADDED: "yes", AWS_REGION: "us-east-1", _HANDLER: "index.handler" });
    expect(env).toMatchObject({ AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "192" });
    expect(env.LAMBDA_TASK_ROOT).toBe(first.value.cwd);
    expect(env.AWS_ACCESS_KEY_ID).toBeTypeOf("string");
    expect(Object.keys(env)).not.toContain("VITEST");
    expect(Object.keys(env)).not.toContain("HOME");
  });

  it("runs calls that come at once in processes of their own", async () => {
    const body = `const fs = await import("node:fs");
      fs.writeFileSync(event + "/" + process.pid, "");
      while (fs.readdirSync(event).length < 4) await new Promise((r) => setTimeout(r, 5));`;
    const name = await newFunction(client, body);
    const folder = newFolder();
    const answers = await Promise.all(Array.from({ length: 4 }, () => invoke(client, name, folder)));
    expect(answers.map(({ error }) => error)).toEqual(Array(4).fill(undefined));
    expect(lambda.stats().functions[name]).toMatchObject({ coldStarts: 4, maxConcurrency: 4, running: 0 });
  });

  it("finds packages of its layers", async () => {
    const ZipFile = zipOf({ "nodejs/node_modules/dep/index.js": "module.exports = 42" });
    const layer = await client.send(new PublishLayerVersionCommand({ LayerName: "deps", Content: { ZipFile } }));
    const name = await newFunction(client, "", {
      Layers: [layer.LayerVersionArn as string],
      Code: { ZipFile: zipOf({ "index.js": "exports.handler = async () => require('dep')" }) },
    });
    expect((await invoke(client, name)).value).toBe(42);
  });

  it("cannot require() ES modules on Node.js 22, and can on 24", async () => {
    const files = {
      "esm.mjs": "export const x = 1",
      "index.js": "exports.handler = async () => require('./esm.mjs').x",
    };
    const [old, young] = await Promise.all(
      ["nodejs22.x" as const, "nodejs24.x" as const].map(async (Runtime) =>
        invoke(client, await newFunction(client, "", { Runtime, Code: { ZipFile: zipOf(files) } })),
      ),
    );
    expect(old).toMatchObject({ error: "Unhandled", value: { errorType: "Error" } });
    expect(young?.value).toBe(1);
  });

  it("runs its new code as soon as the update is done, in new processes", async () => {
    const name = await newFunction(client, "return [1, process.pid];");
    const before = await invoke(client, name);
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: handlerZip("return [2];") }));
    expect((await invoke(client, name)).value).toEqual([2]);
    await until(() => !isAlive(before.value[1]), SOON);
  });

  it("writes a log, whose end rides along on request", async () => {
    const name = await newFunction(client, "console.log('hello', 'x'.repeat(event)); return 1;");
    const { log } = await invoke(client, name, 10, { LogType: "Tail" });
    expect(log).toMatch(/^START RequestId: \S+ Version: \$LATEST\n.*\tINFO\thello x{10}\nEND RequestId: /s);
    expect(log).toMatch(
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n$/,
    );
    const long = await invoke(client, name, 5000, { LogType: "Tail" });
    expect(long.log.length).toBe(4096);
    expect(long.log).not.toContain("Init Duration");
    expect(lambda.logOf(name)).toContain("x".repeat(5000));
    expect((await invoke(client, name)).log).toBe("");
  });
});

describe("a function that fails", () => {
  it("answers what its handler throws, and stays warm", async () => {
    const name = await newFunction(client, "if (event.boom) throw new TypeError('boom'); return process.pid;");
    const before = await invoke(client, name);
    const failed = await invoke(client, name, { boom: true });
    expect(failed).toMatchObject({ status: 200, error: "Unhandled" });
    expect(failed.value).toMatchObject({ errorType: "TypeError", errorMessage: "boom", trace: expect.any(Array) });
    expect((await invoke(client, name)).value).toBe(before.value);
  });

  it.each([
    ["sleeps", "await new Promise((r) => setTimeout(r, 60_000));"],
    ["spins", "for (;;);"],
  ])("is ended when its time is over: it %s", async (_, body) => {
    const name = await newFunction(client, body, { Timeout: 1 });
    const { error, value, log } = await invoke(client, name, {}, { LogType: "Tail" });
    expect(error).toBe("Unhandled");
    expect(value.errorType).toBe("Sandbox.Timedout");
    expect(value.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    expect(log).toMatch(/Status: timeout/);
  });

  it.each([
    ["process.exit(3);", "Runtime exited with error: exit status 3"],
    ["process.exit(0);", "Runtime exited without providing a reason"],
    ["process.kill(process.pid, 'SIGKILL');", "Runtime exited with error: signal: killed"],
    ["process.abort();", "Runtime exited with error: signal: aborted"],
  ])("that ends with %s says so, and the next call starts anew", async (statement, end) => {
    const name = await newFunction(client, `if (event.end) { ${statement} await new Promise(() => {}); } return 1;`);
    const { error, value } = await invoke(client, name, { end: true });
    expect(error).toBe("Unhandled");
    expect(value).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringContaining(`Error: ${end}`),
    });
    expect((await invoke(client, name)).value).toBe(1);
  });

  it("answers an error that nobody catches, and starts anew", async () => {
    const name = await newFunction(
      client,
      "if (event.late) { setTimeout(() => { throw new RangeError('late'); }); await new Promise((r) => setTimeout(r, 5000)); } return process.pid;",
    );
    const before = await invoke(client, name);
    const failed = await invoke(client, name, { late: true });
    expect(failed.value).toMatchObject({ errorType: "RangeError", errorMessage: "late" });
    expect((await invoke(client, name)).value).not.toBe(before.value);
  });

  it.runIf(process.platform === "linux")("is killed when it takes more memory than it has", async () => {
    const body =
      "const held = []; for (;;) held.push(Buffer.alloc(8e6, 1)), await new Promise((r) => setTimeout(r, 2));";
    const name = await newFunction(client, body, { MemorySize: 160 });
    const { value, log } = await invoke(client, name, {}, { LogType: "Tail" });
    expect(value.errorType).toBe("Runtime.OutOfMemory");
    expect(value.errorMessage).toContain("Runtime exited with error: signal: killed");
    expect(log).toMatch(
      /Memory Size: 160 MB\tMax Memory Used: 160 MB\t.*Status: error\tError Type: Runtime.OutOfMemory/,
    );
  });

  it.each([
    ["export const handler = (", "Runtime.UserCodeSyntaxError"],
    ["export const other = 1;", "Runtime.HandlerNotFound"],
    ["throw new EvalError('at start');", "EvalError"],
    ["process.exit(7);", "Runtime.ExitError"],
  ])("to start answers why: %s", async (source, errorType) => {
    const name = await newFunction(client, "", { Code: { ZipFile: zipOf({ "index.mjs": source }) } });
    expect(await invoke(client, name)).toMatchObject({ error: "Unhandled", value: { errorType } });
  });

  it("leaves no process of its own behind", async () => {
    const name = await newFunction(
      client,
      "const { spawn } = await import('node:child_process'); return spawn('sleep', ['1000']).pid;",
    );
    const { value } = await invoke(client, name);
    expect(isAlive(value)).toBe(true);
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: handlerZip("") }));
    await until(() => !isAlive(value), SOON);
  });
});

it("close() ends every process and removes every file, of busy functions too", async () => {
  const own = await startLocalLambda({ stateDelayMs: 0 });
  const ownClient = newClient(own);
  const idle = await newFunction(ownClient, "return [process.pid, process.cwd()];");
  const busy = await newFunction(
    ownClient,
    "(await import('node:fs')).writeFileSync(event, String(process.pid)); for (;;);",
  );
  const {
    value: [pid, taskRoot],
  } = await invoke(ownClient, idle);
  const file = join(newFolder(), "pid");
  // Answered or cut: both are an end.
  const pending = invoke(ownClient, busy, file).catch(() => {});
  await until(() => existsSync(file) && readFileSync(file, "utf8") !== "", SOON);
  expect(existsSync(taskRoot)).toBe(true);
  await own.close();
  await pending;
  expect(isAlive(pid)).toBe(false);
  expect(isAlive(Number(readFileSync(file, "utf8")))).toBe(false);
  expect(existsSync(dirname(taskRoot))).toBe(false);
});

it.runIf(canListProcesses)("no process and no file is left when the process that holds it is killed", async () => {
  const args = ["--import", "tsx", "test/fixtures/local-lambda-host.ts", join(newFolder(), "note")];
  const { NODE_OPTIONS: _, ...env } = process.env;
  const host = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void host.kill("SIGKILL"));
  const [output] = await once(host.stdout, "data");
  const [pid, taskRoot = ""] = String(output).split(" ");
  expect(isAlive(Number(pid))).toBe(true);
  expect(existsSync(taskRoot)).toBe(true);
  host.kill("SIGKILL");
  await until(() => !isAlive(Number(pid)) && !existsSync(dirname(taskRoot)), SOON);
});
