/** What the backend learns from Lambda before a job. */
import { InvokeError, VersionError } from "nodewren";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WIRE_VERSION } from "../../../../src/wire/version.js";
import { apiError, FakeLambda, type FakeSetting, throttle } from "../../../support/fake-lambda.js";

const account = (UnreservedConcurrentExecutions: number) => ({
  body: { AccountLimit: { ConcurrentExecutions: 9999, UnreservedConcurrentExecutions } },
});
const reserved = (ReservedConcurrentExecutions: number) => ({ body: { ReservedConcurrentExecutions } });
const configuration = (fields: object) => ({ body: { State: "Active", LastUpdateStatus: "Successful", ...fields } });
const denied = apiError(403, "AccessDeniedException");

async function ready(setting: FakeSetting, options = {}) {
  const lambda = await FakeLambda.start(setting);
  const backend = lambda.backend(options);
  await backend.ready();
  return { lambda, backend };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("shards at once", () => {
  it.each<[string, FakeSetting, object, number]>([
    ["what the account has unreserved", { account: account(10) }, {}, 10],
    ["what is reserved", { account: account(10), concurrency: reserved(25) }, {}, 25],
    ["1,000 unless more are asked for", { account: account(5000) }, {}, 1000],
    ["more when asked for", { account: account(5000) }, { concurrency: 3000 }, 3000],
    ["less when asked for", { account: account(5000) }, { concurrency: 7 }, 7],
    ["not more than granted", { account: account(50) }, { concurrency: 3000 }, 50],
    ["not more than connections when all are pushed", { account: account(5000) }, { invocation: "push" }, 512],
    ["more than connections when not", { account: account(5000) }, { invocation: "poll", maxSockets: 1 }, 1000],
  ])("are %s", async (_, setting, options, concurrency) => {
    const { backend } = await ready(setting, options);
    expect(backend.limits.concurrency).toBe(concurrency);
  });

  it("are none when the function is turned off", async () => {
    const error = ready({ concurrency: reserved(0) });
    await expect(error).rejects.toThrow(InvokeError);
    await expect(error).rejects.toThrow(/reserved concurrency of 0.*delete-function-concurrency/);
  });
});

describe("the other limits", () => {
  it("are the function's", async () => {
    const { backend } = await ready({ configuration: configuration({ Timeout: 30, MemorySize: 256 }) });
    expect(backend.maxShardMs).toBe(30_000);
    expect(backend.limits).toMatchObject({
      shardsPerWorker: 2,
      inlineBytes: 131_072,
      pollMs: 500,
      workerMemoryMb: 256,
    });
  });

  it.each([
    [
      { Architectures: ["arm64"], Runtime: "nodejs24.x", EphemeralStorage: { Size: 1024 } },
      { platform: "linux", arch: "arm64", libc: "glibc", abi: "137" },
      2 ** 30,
    ],
    [
      { Architectures: ["x86_64"], Runtime: "nodejs22.x" },
      { platform: "linux", arch: "x64", libc: "glibc", abi: "127" },
      undefined,
    ],
    // What a later runtime takes is not known, and so not checked.
    [{ Runtime: "nodejs98.x" }, { platform: "linux", arch: undefined, libc: "glibc", abi: undefined }, undefined],
  ])("tell the system and the disk of a function with %j", async (fields, system, diskBytes) => {
    const { backend } = await ready({ configuration: configuration(fields) });
    expect(backend.limits).toMatchObject({ system, diskBytes });
  });

  it("have no poll when all is pushed, and a shorter grace when all is polled", async () => {
    const lambda = await FakeLambda.start();
    expect(lambda.backend({ invocation: "push" }).limits.pollMs).toBeUndefined();
    expect(lambda.backend({ invocation: "poll", pollMs: 50 }).limits).toMatchObject({ pollMs: 50, graceMs: 120_000 });
    expect(lambda.backend({ maxThrottleMs: 10 }).limits.graceMs).toBe(60_010);
  });
});

describe("reads", () => {
  it("are made once for jobs that follow each other, and once for jobs that start together", async () => {
    const { lambda, backend } = await ready({});
    await Promise.all([backend.ready(), backend.ready()]);
    expect(lambda.reads).toHaveLength(3);
  });

  it("are made again after five minutes", async () => {
    const { lambda, backend } = await ready({});
    const later = performance.now() + 301_000;
    vi.spyOn(performance, "now").mockReturnValue(later);
    await backend.ready();
    expect(lambda.reads).toHaveLength(6);
  });

  it("are made again after they failed", async () => {
    const lambda = await FakeLambda.start({ configuration: apiError(404, "ResourceNotFoundException") });
    const backend = lambda.backend();
    await expect(backend.ready()).rejects.toThrow(
      /no function nodewren in region eu-west-1. Run `npx nodewren deploy`/,
    );
    lambda.setting = {};
    await backend.ready();
  });

  it("are tried again while Lambda throttles or fails", async () => {
    const lambda = await FakeLambda.start({ configuration: throttle(), account: apiError(500, "ServiceException") });
    const done = lambda.backend().ready();
    await expect.poll(() => lambda.reads.length).toBeGreaterThan(4);
    lambda.setting = {};
    await done;
  });

  it("name the function as a whole where its concurrency is asked for", async () => {
    const functionName = "arn:aws:lambda:eu-west-1:123456789012:function:other:live";
    const { lambda } = await ready({}, { functionName, region: undefined });
    const paths = lambda.reads.map((path) => decodeURIComponent(path)).sort();
    expect(paths.find((path) => path.includes("configuration"))).toContain("other:live/");
    expect(paths.find((path) => path.includes("concurrency"))).toContain("function:other/");
  });

  it("that are denied leave defaults, of which a warning tells once", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const { backend } = await ready({ configuration: denied, concurrency: denied, account: denied });
    expect(backend.limits.concurrency).toBe(100);
    expect(backend.maxShardMs).toBe(900_000);
    const later = performance.now() + 301_000;
    vi.spyOn(performance, "now").mockReturnValue(later);
    await backend.ready();
    const ours = warn.mock.calls.filter(([text]) => String(text).includes("Lambda's limits"));
    expect(ours).toHaveLength(1);
    for (const action of ["GetFunctionConfiguration", "GetFunctionConcurrency", "GetAccountSettings"])
      expect(ours[0]?.[0]).toContain(`lambda:${action}`);
  });
});

describe("the function", () => {
  it("is waited for while it is made or updated", async () => {
    const lambda = await FakeLambda.start({ configuration: configuration({ State: "Pending" }) });
    const done = lambda.backend().ready();
    await expect.poll(() => lambda.reads.length).toBeGreaterThan(3);
    lambda.setting.configuration = configuration({ LastUpdateStatus: "InProgress" });
    const before = lambda.reads.length;
    await expect.poll(() => lambda.reads.length).toBeGreaterThan(before + 1);
    lambda.setting = {};
    await done;
  });

  it("that is broken is refused with Lambda's reason", async () => {
    const broken = configuration({ State: "Failed", StateReason: "The key is gone" });
    await expect(ready({ configuration: broken })).rejects.toThrow(/is broken: The key is gone.*nodewren deploy/);
  });

  it("on Managed Instances is refused by name", async () => {
    const body = { State: "Active", CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: {} } };
    const lambda = await FakeLambda.start({ configuration: { body } });
    await expect(lambda.backend().ready()).rejects.toThrow(/nodewren in eu-west-1 runs on Lambda Managed Instances/);
  });

  it("of another release is refused", async () => {
    const of = (wire: string) => configuration({ Environment: { Variables: { NODEWREN_WIRE: wire } } });
    await ready({ configuration: of(String(WIRE_VERSION)) });
    const other = ready({ configuration: of("99") });
    await expect(other).rejects.toThrow(VersionError);
    await expect(other).rejects.toMatchObject({ found: 99, supported: WIRE_VERSION });
    await expect(other).rejects.toThrow(/nodewren deploy/);
  });
});

it("an endpoint that is none of Lambda's is told from Lambda", async () => {
  await expect(ready({ configuration: { status: 404, body: "<html>" } })).rejects.toThrow(
    /endpoint http:.* answered with status 404 and no error of Lambda: this is not AWS Lambda's API/,
  );
});

it("wrong credentials are told", async () => {
  await expect(ready({ configuration: apiError(403, "UnrecognizedClientException") })).rejects.toThrow(/credentials/);
});
