/**
 * The tests' own Lambda under traffic: limits of size and number, events, and faults that tests ask for.
 *
 * @module-tag long
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { invoke, newClient, newFunction, refusal } from "../support/lambda-functions.js";
import { type LocalLambda, startLocalLambda } from "../support/local-lambda/index.js";
import { until } from "../support/until.js";

let lambda: LocalLambda;
let client: ReturnType<typeof newClient>;
/** How long things that take milliseconds may take on a busy machine, ms. */
const SOON = 10_000;

beforeAll(async () => {
  lambda = await startLocalLambda({ stateDelayMs: 0, eventRetryDelaysMs: [20, 40] });
  client = newClient(lambda);
});
beforeEach(() => lambda.reset());
afterAll(() => lambda.close());

describe("payloads", () => {
  let name: string;
  beforeAll(async () => {
    name = await newFunction(client, "return event.size ? 'z'.repeat(event.size) : event;", { MemorySize: 512 });
  });

  it("of 6 MB are carried both ways", async () => {
    const text = "y".repeat(6 * 1024 * 1024 - 2);
    expect((await invoke(client, name, text)).value === text).toBe(true);
  });

  it("that are larger are refused, pushed or queued", async () => {
    const pushed = await refusal(invoke(client, name, "y".repeat(6 * 1024 * 1024 - 1)));
    const queued = await refusal(invoke(client, name, "y".repeat(1024 * 1024), { InvocationType: "Event" }));
    for (const error of [pushed, queued]) {
      expect(error.name).toBe("RequestTooLargeException");
      expect(error.$metadata.httpStatusCode).toBe(413);
    }
  });

  it("that are larger than may be answered make an error of the function", async () => {
    expect((await invoke(client, name, { size: 7e6 })).value.errorType).toBe("Function.ResponseSizeTooLarge");
    expect((await invoke(client, name, { size: 3 })).value).toBe("zzz");
  });

  it("that are no JSON are refused", async () => {
    const error = await refusal(client.send(new InvokeCommand({ FunctionName: name, Payload: "{nope" })));
    expect(error.name).toBe("InvalidRequestContentException");
  });

  it("are not run by a dry run", async () => {
    const before = lambda.stats().functions[name]?.invocations;
    expect((await invoke(client, name, {}, { InvocationType: "DryRun" })).status).toBe(204);
    expect(lambda.stats().functions[name]?.invocations).toBe(before);
  });
});

describe("concurrency", () => {
  const slow = "await new Promise((r) => setTimeout(r, 400)); return 1;";
  const reserve = (name: string, count: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: count }));

  it("beyond what is reserved is throttled, and the SDK tries again", async () => {
    const name = await newFunction(client, slow);
    await reserve(name, 1);
    lambda.knobs.retryAfterSeconds = 7;
    const results = await Promise.allSettled([invoke(client, name), invoke(client, name), invoke(client, name)]);
    const reasons = results.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toMatchObject({ name: "TooManyRequestsException", retryAfterSeconds: "7" });
    expect(reasons[0].Reason).toBe("ReservedFunctionConcurrentInvocationLimitExceeded");
    lambda.knobs.retryAfterSeconds = undefined;
    const patient = newClient(lambda, { maxAttempts: 10 });
    const both = await Promise.all([invoke(patient, name), invoke(patient, name)]);
    expect(both.map(({ value }) => value)).toEqual([1, 1]);
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    expect((await Promise.all([invoke(client, name), invoke(client, name)])).length).toBe(2);
  });

  it("of none stops a function", async () => {
    const name = await newFunction(client, "return 1;");
    await reserve(name, 0);
    expect((await refusal(invoke(client, name))).$metadata.httpStatusCode).toBe(429);
  });

  it("of the account is shared by all functions", async () => {
    const small = await startLocalLambda({ stateDelayMs: 0, accountConcurrency: 2 });
    const own = newClient(small);
    const names = [await newFunction(own, slow), await newFunction(own, slow)];
    const calls = [0, 1, 0].map((i) => invoke(own, names[i] as string));
    const results = await Promise.allSettled(calls);
    await small.close();
    const reasons = results.flatMap((one) => (one.status === "rejected" ? [one.reason.Reason] : []));
    expect(reasons).toEqual(["ConcurrentInvocationLimitExceeded"]);
  });

  it("that would leave too little for others cannot be reserved", async () => {
    const name = await newFunction(client, "return 1;");
    const error = await refusal(reserve(name, 901));
    expect(error.name).toBe("InvalidParameterValueException");
    expect(error.message).toContain("below its minimum value of [100]");
  });
});

describe("events", () => {
  /** Appends the request's id to the file that the event names, then does as told. */
  const noting = "(await import('node:fs')).appendFileSync(event.file, context.awsRequestId + '\\n');";
  const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
  const newFile = () => join(newFolder(), "notes");
  const queue = (name: string, file: string) => invoke(client, name, { file }, { InvocationType: "Event" });
  const limitTries = (name: string, MaximumRetryAttempts: number) =>
    client.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: name, MaximumRetryAttempts }));

  it("are accepted at once and run later", async () => {
    const name = await newFunction(client, noting);
    const file = newFile();
    expect(await queue(name, file)).toMatchObject({ status: 202, value: undefined });
    await until(() => linesOf(file).length === 1, SOON);
  });

  it("that fail are tried three times under one id, or as often as the function says", async () => {
    const failing = `${noting} throw new Error('no');`;
    const [three, one] = [await newFunction(client, failing), await newFunction(client, failing)];
    await limitTries(one, 0);
    const files = [newFile(), newFile()] as const;
    const { givenUp } = lambda.stats().events;
    await Promise.all([queue(three, files[0]), queue(one, files[1])]);
    await until(() => lambda.stats().events.givenUp === givenUp + 2, SOON);
    expect(linesOf(files[0])).toHaveLength(3);
    expect(new Set(linesOf(files[0])).size).toBe(1);
    expect(linesOf(files[1])).toHaveLength(1);
  });

  it("that kill their process are tried again", async () => {
    const name = await newFunction(client, `${noting} process.exit(1);`);
    await limitTries(name, 1);
    const file = newFile();
    await queue(name, file);
    await until(() => linesOf(file).length === 2, SOON);
  });

  it("wait while their function is throttled", async () => {
    const name = await newFunction(client, noting);
    const FunctionName = name;
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    const file = newFile();
    await queue(name, file);
    await until(() => (lambda.stats().functions[name]?.throttles ?? 0) > 1, SOON);
    expect(linesOf(file)).toEqual([]);
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    await until(() => linesOf(file).length === 1, SOON);
  });

  it("come twice, or never, when the knobs are turned", async () => {
    const name = await newFunction(client, noting);
    const [twice, never] = [newFile(), newFile()];
    lambda.knobs.duplicateEvents = 1;
    await queue(name, twice);
    await until(() => linesOf(twice).length === 2, SOON);
    expect(new Set(linesOf(twice)).size).toBe(1);
    lambda.reset();
    lambda.knobs.dropEvents = 1;
    expect((await queue(name, never)).status).toBe(202);
    expect(lambda.stats().events.dropped).toBe(1);
  });

  it("that grow too old are given up", async () => {
    const own = await startLocalLambda({ stateDelayMs: 0, maxEventAgeMs: 60, eventRetryDelaysMs: [100] });
    const ownClient = newClient(own);
    const name = await newFunction(ownClient, "throw new Error('no');");
    await invoke(ownClient, name, {}, { InvocationType: "Event" });
    await until(() => own.stats().events.givenUp === 1, SOON);
    expect(own.stats().events.deliveries).toBe(1);
    await own.close();
  });
});

describe("faults on demand", () => {
  const INVOKE = "lambda:InvokeFunction";
  let name: string;
  beforeAll(async () => {
    name = await newFunction(client, "return 1;");
  });
  const invocations = () => lambda.stats().functions[name]?.invocations ?? 0;

  it.each([
    [429 as const, "TooManyRequestsException"],
    [500 as const, "ServiceException"],
    [503 as const, "ServiceUnavailableException"],
  ])("an Invoke is answered %i so many times, and not run", async (fault, errorName) => {
    const before = invocations();
    lambda.faults.next(INVOKE, fault, 2);
    for (let i = 0; i < 2; i++) {
      const error = await refusal(invoke(client, name));
      expect(error).toMatchObject({ name: errorName, $metadata: { httpStatusCode: fault } });
    }
    expect((await invoke(client, name)).value).toBe(1);
    expect(invocations()).toBe(before + 1);
  });

  it.each([
    ["cut-before" as const, 0],
    ["cut-after" as const, 1],
    ["html" as const, 0],
  ])("an Invoke that meets %s fails, having run %i times", async (fault, runs) => {
    const before = invocations();
    lambda.faults.next(INVOKE, fault);
    expect(await refusal(invoke(client, name))).toBeInstanceOf(Error);
    expect(invocations()).toBe(before + runs);
    expect((await invoke(client, name)).value).toBe(1);
  });

  it("a silent one never answers, but has run", async () => {
    const before = invocations();
    lambda.faults.next(INVOKE, "silent");
    const abort = new AbortController();
    const command = new InvokeCommand({ FunctionName: name });
    const error = refusal(client.send(command, { abortSignal: abort.signal }));
    await until(() => invocations() === before + 1, SOON);
    abort.abort();
    expect((await error).name).toBe("AbortError");
  });

  it("other actions fail as well", async () => {
    lambda.faults.next("lambda:GetFunctionConfiguration", 500);
    const command = new GetFunctionConfigurationCommand({ FunctionName: name });
    expect((await refusal(client.send(command))).name).toBe("ServiceException");
    expect((await client.send(command)).State).toBe("Active");
  });
});
