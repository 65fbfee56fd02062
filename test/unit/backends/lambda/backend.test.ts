/** What becomes of one shard that is handed to Lambda, whatever Lambda does with it. */
import { LambdaBackend } from "nodewren";
import { describe, expect, it } from "vitest";
import { WorkerDeath } from "../../../../src/backends/backend.js";
import {
  apiError,
  type Behaviour,
  done,
  FakeLambda,
  functionError,
  type Invocation,
  shardRequest,
  throttle,
} from "../../../support/fake-lambda.js";
import { retriesOf } from "../../../support/job-runs.js";
import { refusalOf } from "../../../support/refusal.js";

const signal = new AbortController().signal;

/** Answers so first, and as a good worker does after that. */
function firstThen(...behaviours: Behaviour[]) {
  return (invocation: Invocation) => behaviours[invocation.n - 1] ?? done(invocation);
}

describe("a pushed shard", () => {
  it("is answered", async () => {
    const lambda = await FakeLambda.start();
    const result = Buffer.from("result");
    lambda.setting.invoke = ({ event: { attemptId } }) => ({
      body: { answer: { attemptId, writeMs: 2, result: result.toString("base64") } },
    });
    const backend = lambda.backend();
    expect(await backend.invoke(shardRequest(), signal)).toEqual({ attemptId: "attempt-1", writeMs: 2, result });
    expect(lambda.invocations).toMatchObject([{ type: "RequestResponse", event: { jobId: "job-1" } }]);
    expect(lambda.invocations[0]?.event.leavesNote).toBeUndefined();
    expect(backend.requests).toEqual({ invoke: 1, throttled: 0, failed: 0 });
  });

  it("is tried again when it is throttled", async () => {
    const lambda = await FakeLambda.start({ invoke: firstThen(throttle(), throttle()) });
    const backend = lambda.backend();
    const held: boolean[] = [];
    await backend.invoke(shardRequest(), signal, (isHeld) => held.push(isHeld));
    expect(backend.requests).toEqual({ invoke: 3, throttled: 2, failed: 0 });
    // Whoever hands it out is told while it waits.
    expect(held).toEqual([false, true, false, true, false]);
  });

  it("is tried again no sooner than Lambda says", async () => {
    const lambda = await FakeLambda.start({ invoke: firstThen(throttle({ "retry-after": "1" })) });
    const started = performance.now();
    await lambda.backend().invoke(shardRequest(), signal);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it("is tried again, as reads are, when the clock here is wrong and the answer has told the right time", async () => {
    const lambda = await FakeLambda.start({ clockAheadMs: 3_600_000 });
    const backend = lambda.backend();
    await backend.ready();
    expect(await backend.invoke(shardRequest(), signal)).toMatchObject({ attemptId: "attempt-1" });
    lambda.setting.clockAheadMs = -3_600_000;
    expect(await backend.invoke(shardRequest(), signal)).toMatchObject({ attemptId: "attempt-1" });
    expect(backend.requests).toMatchObject({ invoke: 3, failed: 1 });
  });

  it("is refused when Lambda throttles everything for too long, and says what Lambda said", async () => {
    const lambda = await FakeLambda.start({ invoke: () => throttle() });
    const refusal = await refusalOf(lambda.backend({ maxThrottleMs: 200 }).invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ kind: "invoke", transient: false, mayHaveRun: false });
    expect(refusal.message).toMatch(/throttles function nodewren in eu-west-1: ConcurrentInvocationLimitExceeded/);
    expect(refusal.message).toMatch(/maxThrottleMs: 200/);
  });

  it.each([
    ["500", apiError(500, "ServiceException")],
    ["502", apiError(502, "EC2ThrottledException")],
    ["503 of a proxy", { status: 503, headers: { "content-type": "text/html" }, body: "<html>busy</html>" }],
    ["409 while it is made", apiError(409, "ResourceConflictException")],
  ])("is tried again after a %s", async (_, reply) => {
    const lambda = await FakeLambda.start({ invoke: firstThen(reply) });
    const backend = lambda.backend();
    await backend.invoke(shardRequest(), signal);
    expect(backend.requests).toEqual({ invoke: 2, throttled: 0, failed: 1 });
  });

  it.each<[string, Behaviour]>([
    ["instead of an answer", "reset"],
    ["within the answer", "break"],
  ])("whose connection breaks %s may have run, and is not sent again", async (_, behaviour) => {
    const lambda = await FakeLambda.start({ invoke: firstThen(behaviour) });
    const refusal = await refusalOf(lambda.backend().invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ transient: true, mayHaveRun: true });
    expect(refusal.message).toMatch(/may run, or have run/);
    expect(lambda.invocations).toHaveLength(1);
  });

  it("whose answer does not come in time may have run", async () => {
    const lambda = await FakeLambda.start({ invoke: () => "hang" });
    const backend = lambda.backend({ invocation: "poll", requestTimeoutMs: 100 });
    expect(await refusalOf(backend.invoke(shardRequest(), signal))).toMatchObject({
      transient: true,
      mayHaveRun: true,
    });
  });

  it("is tried again when nobody listens, until its signal is aborted", async () => {
    const backend = (await FakeLambda.start()).backend({ endpoint: "http://127.0.0.1:1" });
    const controller = new AbortController();
    const invoked = backend.invoke(shardRequest(), controller.signal);
    await expect.poll(() => backend.requests.failed).toBeGreaterThan(1);
    controller.abort(new Error("enough"));
    await expect(invoked).rejects.toThrow("enough");
  });

  it.each<[string, Behaviour, RegExp]>([
    [
      "another function's answer",
      { body: { hello: "world" } },
      /not one of nodewren's worker \(17 bytes\).*hello.*nodewren deploy/,
    ],
    ["another attempt's answer", { body: { answer: { attemptId: "other", writeMs: 1 } } }, /not one of nodewren's/],
    ["a page", { headers: { "content-type": "text/html" }, body: "<html>" }, /not one of nodewren's.*<html>.*endpoint/],
    ["a page of status 404", { status: 404, body: "<html>" }, /status 404.*not AWS Lambda's API.*endpoint/],
    ["a redirection", { status: 302, headers: { location: "/x" } }, /status 302.*not AWS Lambda's API/],
    [
      "no such function",
      apiError(404, "ResourceNotFoundException"),
      /no function nodewren in region eu-west-1.*deploy/,
    ],
    [
      "no permission",
      apiError(403, "AccessDeniedException"),
      /Allow lambda:InvokeFunction on function nodewren in eu-west-1/,
    ],
    ["old credentials", apiError(403, "ExpiredTokenException"), /ExpiredTokenException.*Renew the AWS credentials/],
    ["a wrong key", apiError(403, "UnrecognizedClientException"), /Renew the AWS credentials/],
    ["too large", apiError(413, "RequestTooLargeException"), /option env/],
    ["an old runtime", apiError(502, "InvalidRuntimeException"), /nodewren deploy/],
    ["another 4xx", apiError(400, "SomethingNewException"), /status 400: SomethingNewException/],
  ])("is refused for good by %s", async (_, behaviour, message) => {
    const lambda = await FakeLambda.start({ invoke: () => behaviour });
    const refusal = await refusalOf(lambda.backend().invoke(shardRequest(), signal));
    expect(refusal.message).toMatch(message);
    expect(refusal).toMatchObject({ kind: "invoke", transient: false, mayHaveRun: false });
    expect(lambda.invocations).toHaveLength(1);
  });

  it("may be refused by its worker, for a store or another reason, for good or not", async () => {
    const failure = { code: "STORE", message: "no store", retire: true };
    const lambda = await FakeLambda.start({ invoke: () => ({ body: { failure } }) });
    const refusal = await refusalOf(lambda.backend().invoke(shardRequest(), signal));
    expect(refusal).toMatchObject({ kind: "store", transient: true, message: "no store" });
  });

  it("whose worker retired after it is done all the same", async () => {
    const log = 'nodewren-status {"type":"retired","index":null}\n';
    const reply = functionError(
      "Runtime.ExitError",
      "RequestId: r Error: Runtime exited with error: signal: killed",
      log,
    );
    const lambda = await FakeLambda.start({ invoke: () => reply });
    expect(await lambda.backend().invoke(shardRequest(), signal)).toEqual({
      attemptId: "attempt-1",
      result: undefined,
      writeMs: 0,
    });
  });

  it("dies with its worker", async () => {
    const reply = functionError("Runtime.ExitError", "RequestId: r Error: Runtime exited with error: exit status 3");
    const lambda = await FakeLambda.start({ invoke: () => reply });
    const error = await lambda
      .backend()
      .invoke(shardRequest(), signal)
      .catch((error) => error);
    expect(error.constructor.name).toBe(WorkerDeath.name);
    expect(error.death).toMatchObject({ kind: "exit", exitCode: 3, certain: false });
  });

  it("ends with its signal's reason, at once", async () => {
    const lambda = await FakeLambda.start({ invoke: () => "hang" });
    const controller = new AbortController();
    const invoked = lambda.backend().invoke(shardRequest(), controller.signal);
    await expect.poll(() => lambda.invocations.length).toBe(1);
    controller.abort(new RangeError("cancelled"));
    await expect(invoked).rejects.toThrow(RangeError);
    await expect(lambda.backend().invoke(shardRequest(), controller.signal)).rejects.toThrow(RangeError);
    expect(lambda.invocations).toHaveLength(1);
  });

  it("fails when the backend is closed, which may be used again", async () => {
    const lambda = await FakeLambda.start({ invoke: firstThen("hang") });
    const backend = lambda.backend();
    const invoked = backend.invoke(shardRequest(), signal);
    await expect.poll(() => lambda.invocations.length).toBe(1);
    await backend.close();
    await expect(invoked).rejects.toThrow(/closed/);
    await backend.invoke(shardRequest(), signal);
  });

  it("is not sent when it asks for more memory than the function has", async () => {
    const lambda = await FakeLambda.start();
    const backend = lambda.backend();
    await backend.ready();
    await backend.invoke(shardRequest({ memoryMb: 512 }), signal);
    const refusal = await refusalOf(backend.invoke(shardRequest({ memoryMb: 513 }), signal));
    expect(refusal).toMatchObject({ transient: false });
    expect(refusal.message).toMatch(/memoryMb: 513.*has 512 MiB.*nodewren deploy/);
    expect(lambda.invocations).toHaveLength(1);
  });
});

describe("a polled shard", () => {
  it("is answered with nothing, and its worker leaves notes", async () => {
    const lambda = await FakeLambda.start();
    expect(await lambda.backend({ invocation: "poll" }).invoke(shardRequest(), signal)).toBeUndefined();
    expect(lambda.invocations).toMatchObject([{ type: "Event", event: { leavesNote: true } }]);
  });

  it("is tried again when it is throttled", async () => {
    const lambda = await FakeLambda.start({ invoke: firstThen(throttle()) });
    await lambda.backend({ invocation: "poll" }).invoke(shardRequest(), signal);
    expect(lambda.invocations).toHaveLength(2);
  });
});

describe("a request's size", () => {
  const MIB = 1024 * 1024;
  const withEnv = (bytes: number) => shardRequest({ env: { BIG: "x".repeat(bytes) } });

  it.each([
    ["push", 6 * MIB],
    ["poll", MIB],
  ] as const)("is limited when it goes by %s", async (invocation, max) => {
    const lambda = await FakeLambda.start();
    const backend = lambda.backend({ invocation });
    const refusal = await refusalOf(backend.invoke(withEnv(max), signal));
    expect(refusal).toMatchObject({ kind: "invoke", transient: false });
    expect(refusal.message).toMatch(new RegExp(`at most ${max} .*option env`));
    expect(lambda.invocations).toEqual([]);
    await backend.invoke(withEnv(max - 1000), signal);
    expect(lambda.invocations).toHaveLength(1);
  });

  it("counts bytes, not characters", async () => {
    const lambda = await FakeLambda.start();
    const request = shardRequest({ env: { BIG: "\u20ac".repeat(MIB / 2) } });
    await refusalOf(lambda.backend({ invocation: "poll" }).invoke(request, signal));
  });
});

describe("of the two ways, a backend that chooses", () => {
  it("pushes while connections are free, and polls for the rest", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const lambda = await FakeLambda.start();
    lambda.setting.invoke = async (invocation) => {
      if (invocation.type !== "Event") await released;
      return done(invocation);
    };
    const backend = lambda.backend({ maxSockets: 2 });
    const pushed = [backend.invoke(shardRequest(), signal), backend.invoke(shardRequest(), signal)];
    await expect.poll(() => lambda.invocations.length).toBe(2);
    expect(await backend.invoke(shardRequest(), signal)).toBeUndefined();
    release();
    expect(await Promise.all(pushed)).toMatchObject([{ attemptId: "attempt-1" }, { attemptId: "attempt-1" }]);
    expect(await backend.invoke(shardRequest(), signal)).toBeDefined();
    expect(lambda.invocations.map(({ type }) => type)).toEqual([
      "RequestResponse",
      "RequestResponse",
      "Event",
      "RequestResponse",
    ]);
  });

  it.each([
    [60_000, 0, "RequestResponse"],
    [60_001, 0, "Event"],
    [30_000, 1, "RequestResponse"],
    [30_001, 1, "Event"],
    [undefined, 9, "RequestResponse"],
  ])("polls for 5 calls of %s ms with %d retries: %s", async (timeoutMs, retries, type) => {
    const lambda = await FakeLambda.start();
    await lambda.backend().invoke(shardRequest({ timeoutMs, retries: retriesOf(retries) }), signal);
    expect(lambda.invocations[0]?.type).toBe(type);
  });

  it("pushes what is too large for the queue", async () => {
    const lambda = await FakeLambda.start();
    const env = { BIG: "x".repeat(2 ** 20) };
    await lambda.backend().invoke(shardRequest({ env, timeoutMs: 600_000 }), signal);
    expect(lambda.invocations[0]?.type).toBe("RequestResponse");
  });
});

it("is of the package", () => {
  expect(new LambdaBackend()).toMatchObject({ name: "lambda", reach: "network" });
});
