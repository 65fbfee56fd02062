import { afterEach, describe, expect, it, vi } from "vitest";
import { SeveralBackends } from "../../../../src/backends/several/backend.js";
import { systemTogether } from "../../../../src/backends/several/limits.js";
import { OptionError } from "../../../../src/errors.js";
import { newRequest } from "../../../support/job-runs.js";
import { standIn } from "../../../support/stand-in-backend.js";

afterEach(() => void vi.restoreAllMocks());

const SHARD = { name: "0", first: 0, count: 1, byteStart: 0, byteEnd: 0 };

describe("what several can do", () => {
  it("is what each of them can, with the workers of all", () => {
    const near = standIn("near", { limits: { inlineBytes: 1024, billing: "nobody" } });
    const billing = { region: "eu-west-1", architecture: "arm64", memoryMb: 1024 } as const;
    const far = standIn("far", {
      reach: "network",
      maxShardMs: 900_000,
      limits: {
        concurrency: 6,
        shardsPerWorker: 2,
        inlineBytes: 512,
        pollMs: 500,
        billing,
        workerMemoryMb: 1024,
        diskBytes: 10,
      },
    });
    const both = new SeveralBackends([near, far]);
    expect(both).toMatchObject({ name: "near+far", reach: "network", maxShardMs: 900_000 });
    expect(both.limits).toMatchObject({
      concurrency: 8,
      shardsPerWorker: 4,
      inlineBytes: 512,
      pollMs: 500,
      isPolled: false,
      billing: undefined,
      workerMemoryMb: undefined,
      diskBytes: 10,
    });
    expect(new SeveralBackends([near, standIn("other")]).reach).toBe("machine");
  });

  it("of native code, is what runs everywhere", () => {
    const system = { platform: "linux", arch: "arm64", libc: "glibc", abi: "137" } as const;
    expect(systemTogether([system, undefined])).toEqual(system);
    expect(systemTogether([system, { ...system, arch: "x64" }])).toEqual({ ...system, arch: "arm64 and x64" });
    expect(systemTogether([undefined])).toBeUndefined();
  });

  it("is refused for what any of them cannot take, in its own words", () => {
    const small = standIn("small", {
      checkRequest: () => {
        throw new OptionError("memoryMb", "small has 128 MiB.");
      },
    });
    expect(() => new SeveralBackends([standIn("near"), small]).checkRequest(newRequest(SHARD))).toThrow("small has");
  });
});

describe("ready", () => {
  const broken = (name: string) => standIn(name, { ready: () => Promise.reject(new Error(`${name} is gone.`)) });

  it("leaves out who cannot be reached, and says so", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const far = broken("far");
    const asked = vi.spyOn(far, "ready");
    const both = new SeveralBackends([far, standIn("near")]);
    await both.ready();
    expect(both.limits.concurrency).toBe(2);
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      "The backend far is left out for a minute: far is gone. Shards go to near.",
    ]);
    // Not asked again before that: what is slow to fail would hold up each job.
    await both.ready();
    expect([warn.mock.calls.length, asked.mock.calls.length]).toEqual([1, 1]);
  });

  it("rejects when nobody can be reached, with why of each, and asks again the next time", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const both = new SeveralBackends([broken("a"), broken("b")]);
    for (let i = 0; i < 2; i++) await expect(both.ready()).rejects.toThrow(/a: a is gone\. b: b is gone\./);
  });
});

it("warms the first ones first, with as many workers as are left", () => {
  const warmed: [string, number][] = [];
  const warm = (name: string) => (workers: number) => void warmed.push([name, workers]);
  const backends = ["a", "b", "c"].map((name) => standIn(name, { warm: warm(name) }));
  new SeveralBackends(backends).warm(3, { memoryMb: undefined, store: { kind: "memory" } });
  expect(warmed).toEqual([
    ["a", 3],
    ["b", 1],
  ]);
});

it("closes all, though one of them fails to", async () => {
  const closed = vi.fn(async () => {});
  const broken = standIn("a", { close: () => Promise.reject(new Error("stuck")) });
  await expect(new SeveralBackends([broken, standIn("b", { close: closed })]).close()).rejects.toThrow("stuck");
  expect(closed).toHaveBeenCalledOnce();
});
