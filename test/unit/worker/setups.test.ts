/** Setups as the generic worker runs them, shard by shard, in this process. */
import channels from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { decode } from "../../../src/codec/codec.js";
import type { Failure } from "../../../src/wire/failure.js";
import type { ShardRequest } from "../../../src/wire/messages.js";
import type { CallContext } from "../../../src/worker/call-context.js";
import { runShard } from "../../../src/worker/run-shard.js";
import { isSpent, newRuntime, type WorkerRuntime } from "../../../src/worker/runtime.js";
import { retriesOf } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";
import { storedResult, storeSetup, storeShard } from "../../support/stored-shards.js";

/** The functions run in this process, and tell what they do by way of a built-in module, which they share with the test. */
const STEPS = "nodewren test steps";
const TROUBLE = "nodewren test trouble";
let steps: string[];
const listen = (name: unknown) => void steps.push(name as string);
const ignore = () => {};
beforeEach(() => channels.subscribe(STEPS, listen));
afterEach(() => {
  channels.unsubscribe(STEPS, listen);
  channels.unsubscribe(TROUBLE, ignore);
});

const store = new MemoryStore();
let runtime: WorkerRuntime;
/** What the entry was told. */
let told: string[];

beforeEach(() => {
  steps = [];
  told = [];
  runtime = newRuntime({
    name: "test",
    onSetupStart: (timeoutMs) => void told.push(`setup ${timeoutMs}`),
    onSetupEnd: () => void told.push("end"),
    onCallStart: (index) => void told.push(`call ${index}`),
  });
});

const step = (name: string) => channels.channel(STEPS).publish(name);
const a = () => step("a");
const b = async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  step("b");
};
const call = (x: number, _context: CallContext) => step(`call ${x}`);

async function shardWith(setups: (() => unknown)[], fields: Partial<ShardRequest> = {}): Promise<ShardRequest> {
  const setupDigests = await Promise.all(setups.map((setup) => storeSetup(store, setup)));
  return storeShard(store, call, [0, 1], { ...(setups.length > 0 && { setupDigests }), ...fields });
}

/** Another shard of the same job. */
function next(request: ShardRequest, name: string): ShardRequest {
  return { ...request, shard: { ...request.shard, name }, attemptId: name };
}

async function run(request: ShardRequest) {
  await runShard(request, store, () => new AbortController().signal, runtime);
  return storedResult(store, request);
}

async function failuresOf(request: ShardRequest): Promise<Failure[]> {
  const result = await run(request);
  return result?.calls.map(({ bytes }) => decode(bytes) as Failure) ?? [];
}

describe("setups", () => {
  it("run in their order, once for each job, and before its calls", async () => {
    const request = await shardWith([a, b], { timeoutMs: 500 });
    expect((await run(request))?.setup).toMatchObject({ ms: expect.any(Number) });
    expect((await run(next(request, "0000001")))?.setup).toBeUndefined();
    expect(steps).toEqual(["a", "b", "call 0", "call 1", "call 0", "call 1"]);
    expect(told).toEqual(["setup 500", "end", "call 0", "call 1", "call 0", "call 1"]);
  });

  it("of the same kind run for another job, and again for none that had them", async () => {
    const one = await shardWith([a]);
    const two = await shardWith([a]);
    for (const request of [one, two, next(one, "0000001"), next(two, "0000001")]) await run(request);
    expect(steps.filter((name) => name === "a")).toHaveLength(2);
    expect(isSpent(runtime)).toBe(false);
  });

  it("keep other jobs away: those with others, with more, in another order, and with none", async () => {
    await run(await shardWith([a]));
    for (const setups of [[b], [a, b], []]) {
      const request = await shardWith(setups);
      await expect(run(request)).rejects.toMatchObject({ code: "UNFIT" });
      expect(await storedResult(store, request)).toBeUndefined();
    }
    expect(steps).toEqual(["a", "call 0", "call 1"]);
  });

  it("may follow jobs that had none", async () => {
    await run(await shardWith([]));
    await run(await shardWith([a]));
    expect(steps).toEqual(["call 0", "call 1", "a", "call 0", "call 1"]);
  });

  it("that throw fail all calls, each with the one failure, and spend the process", async () => {
    const fail = () => {
      throw new RangeError("no luck");
    };
    const request = await shardWith([a, fail]);
    const failures = await failuresOf(request);
    expect(failures).toMatchObject(
      Array(2).fill({ kind: "setup", failure: { kind: "thrown", className: "RangeError" } }),
    );
    expect(told).toEqual(["setup undefined", "end"]);
    expect(isSpent(runtime)).toBe(true);
    await expect(run(await shardWith([]))).rejects.toMatchObject({ code: "UNFIT" });
  });

  it("that throw are tried again, all of them, as often as calls are", async () => {
    const second = () => {
      step("try");
      if (channels.hasSubscribers(TROUBLE)) throw new Error("not yet");
    };
    channels.subscribe(TROUBLE, ignore);
    const endAtLast = (name: unknown) => {
      if (name === "try" && steps.filter((one) => one === "try").length === 3) channels.unsubscribe(TROUBLE, ignore);
    };
    channels.subscribe(STEPS, endAtLast);
    onTestFinished(() => void channels.unsubscribe(STEPS, endAtLast));
    const request = await shardWith([a, second], { retries: retriesOf(2) });
    expect((await run(request))?.calls.map(({ ok }) => ok)).toEqual([true, true]);
    expect(steps.slice(0, 6)).toEqual(["a", "try", "a", "try", "a", "try"]);
    expect(isSpent(runtime)).toBe(false);
  });

  it("run again where their function was prepared anew, and so has packages of its own", async () => {
    const request = await shardWith([a]);
    await run(request);
    for (let other = 0; other < 16; other++) {
      const { setupDigests } = request;
      await run(await storeShard(store, (x: number) => x + other, [1], { setupDigests }));
    }
    const before = steps.length;
    await run(next(request, "0000001"));
    expect(steps.slice(before)).toEqual(["a", "call 0", "call 1"]);
  });
});
