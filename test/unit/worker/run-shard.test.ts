/** What a worker does that nobody tells of a cancellation. The rest is seen end to end. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decode } from "../../../src/codec/codec.js";
import { CancelledError } from "../../../src/errors.js";
import { WHEN } from "../../../src/wire/helpers.js";
import { cancelledKey } from "../../../src/wire/keys.js";
import type { RetryPolicy, ShardRequest } from "../../../src/wire/messages.js";
import type { Thrown } from "../../../src/wire/thrown.js";
import type { CallContext } from "../../../src/worker/call-context.js";
import { runShard } from "../../../src/worker/run-shard.js";
import { newRuntime } from "../../../src/worker/runtime.js";
import { retriesOf } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";
import { storedResult, storeShard } from "../../support/stored-shards.js";

/** How soon a worker looks whether its job is cancelled, and how long it then waits. */
const watch = vi.hoisted(() => ({ lookMs: 10, heedMs: 200 }));

vi.mock("../../../src/worker/cancel-watch.js", async (original) => {
  const { CancelWatch } = await original<typeof import("../../../src/worker/cancel-watch.js")>();
  return {
    CancelWatch: class extends CancelWatch {
      constructor(request: ShardRequest, store: MemoryStore) {
        super(request, store, watch);
      }
    },
  };
});

/** Runs the function on four inputs for a job that is cancelled already, and tells which calls began. */
async function runCancelled(fn: (x: number, context: CallContext) => unknown) {
  const store = new MemoryStore();
  const begun: number[] = [];
  const request = await storeShard(store, fn, [0, 1, 2, 3]);
  await store.put(cancelledKey(request.jobId), Buffer.from("x"));
  const runtime = newRuntime({ name: "test", onCallStart: (index: number) => void begun.push(index) });
  const error = await runShard(request, store, undefined, runtime).catch((reason) => reason);
  return { begun, error, result: await storedResult(store, request) };
}

it("runs nothing again that was given up for lost and has a result by now", async () => {
  const store = new MemoryStore();
  const begun: number[] = [];
  const request = await storeShard(store, (x: number) => x + 1, [0, 1]);
  const runtime = newRuntime({ name: "test", onCallStart: (index: number) => void begun.push(index) });
  for (const attempt of [1, 2]) {
    const again = { ...request, attempt, attemptId: `attempt ${attempt}`, leavesNote: true };
    expect((await runShard(again, store, undefined, runtime)).attemptId).toBe(`attempt ${attempt}`);
  }
  expect(begun).toEqual([0, 1]);
  // A worker whose answer is heard is asked for what the host has looked for.
  await runShard({ ...request, attempt: 2 }, store, undefined, runtime);
  expect(begun).toEqual([0, 1, 0, 1]);
});

it("starts no further call once it knows, and stores nothing", async () => {
  const { begun, error, result } = await runCancelled((x) => new Promise((resolve) => setTimeout(resolve, x * 50)));
  expect(error).toBeInstanceOf(CancelledError);
  // The second one begins only if the first look comes late.
  expect([[0], [0, 1]]).toContainEqual(begun);
  expect(result).toBeUndefined();
});

it("aborts the signal of the running call", async () => {
  const heed = (_x: number, { signal }: CallContext) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const { begun, error } = await runCancelled(heed);
  expect(error).toBeInstanceOf(CancelledError);
  expect(begun).toEqual([0]);
});

it("waits no longer for a call that does not heed it", async () => {
  const { error } = await runCancelled(() => new Promise(() => {}));
  expect(error.message).toMatch(/went on for 200 ms more/);
});

it("aborts the signals of calls that run at once, starts no other, and ends only when they have", async () => {
  const store = new MemoryStore();
  const heed = async (x: number, { signal, store }: CallContext) => {
    await store.put(`begun/${x}`, new Uint8Array(1));
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    await new Promise((resolve) => setTimeout(resolve, 20 * (x + 1)));
    await store.put(`heeded/${x}`, new Uint8Array(1));
  };
  const request = await storeShard(store, heed, [0, 1, 2, 3], { concurrentCalls: 2 });
  await store.put(cancelledKey(request.jobId), Buffer.from("x"));
  const error = await runShard(request, store, undefined, newRuntime({ name: "test" })).catch((reason) => reason);
  expect(error).toBeInstanceOf(CancelledError);
  const noted = [...store.objects.keys()].filter((key) => /^(begun|heeded)/.test(key)).sort();
  expect(noted).toEqual(["begun/0", "begun/1", "heeded/0", "heeded/1"]);
  expect(await storedResult(store, request)).toBeUndefined();
});

it("stores what is done of calls that run at once when its turn is over, and leaves the rest", async () => {
  const store = new MemoryStore();
  const request = await storeShard(store, async (x: number) => x * 2, [0, 1, 2, 3, 4], { concurrentCalls: 2 });
  let calls = 0;
  const runtime = newRuntime({
    name: "test",
    onCallsAtOnce: ({ entered }) => {
      if (entered !== undefined) calls++;
    },
    isTurnOver: () => calls >= 3,
  });
  await runShard(request, store, () => new AbortController().signal, runtime);
  expect((await storedResult(store, request))?.split?.map(({ first, count }) => [first, count])).toEqual([
    [0, 3],
    [3, 2],
  ]);
});

it("ends as ever when it is over before", async () => {
  onTestFinished(() => {
    watch.lookMs = 10;
  });
  watch.lookMs = 60_000;
  const { error: answer, result } = await runCancelled((x) => x);
  expect(answer).toMatchObject({ attemptId: result?.attemptId });
  expect(result?.calls).toHaveLength(4);
});

it("ends after the call that runs when its turn is over, and stores what it has done", async () => {
  const store = new MemoryStore();
  const request = await storeShard(store, (x: number) => x * 2, [0, 1, 2, 3]);
  let calls = 0;
  const runtime = newRuntime({ name: "test", onCallStart: () => void calls++, isTurnOver: () => calls === 3 });
  await runShard(request, store, () => new AbortController().signal, runtime);
  expect((await storedResult(store, request))?.split?.map(({ first, count }) => [first, count])).toEqual([
    [0, 3],
    [3, 1],
  ]);
});

describe("a call that throws", () => {
  /** Throws what its input says, try by try, and then returns the number of the try. */
  const fail = (errors: string[], { attempt }: CallContext) => {
    const message = errors[attempt - 1];
    if (message !== undefined) throw new RangeError(message);
    return attempt;
  };

  async function run(inputs: string[][], retries: Partial<RetryPolicy>, when?: (error: unknown) => unknown) {
    const store = new MemoryStore();
    const policy = { ...retriesOf(3), ...retries };
    const helpers = new Map(when && [[WHEN, when]]);
    const request = await storeShard(store, fail, inputs, { retries: policy }, helpers);
    const started = performance.now();
    await runShard(request, store, () => new AbortController().signal, newRuntime({ name: "test" }));
    const calls = (await storedResult(store, request))?.calls ?? [];
    return {
      ms: performance.now() - started,
      calls: calls.map(({ ok, attempts, bytes }) => ({ ok, attempts, what: decode(bytes) })),
    };
  }

  it("is tried as often as the policy says, and says how often it was", async () => {
    const { calls } = await run([[], ["a"], ["a", "b", "c", "d"]], {});
    expect(calls).toMatchObject([
      { ok: true, attempts: 1, what: 1 },
      { ok: true, attempts: 2, what: 2 },
      { ok: false, attempts: 4, what: { summary: "RangeError: d" } },
    ]);
  });

  it("waits before each further try", async () => {
    const { ms } = await run([["a", "b"]], { delayMs: 40, factor: 2, maxDelayMs: 1000 });
    expect(ms).toBeGreaterThanOrEqual(118);
  });

  it("is tried again only after what the function that is asked says yes to", async () => {
    const again = ["again"];
    const when = async (error: unknown) => error instanceof RangeError && again.includes(error.message);
    const { calls } = await run([["again"], ["again", "never"], ["never"]], {}, when);
    expect(calls).toMatchObject([
      { ok: true, attempts: 2 },
      { ok: false, attempts: 2, what: { summary: "RangeError: never" } },
      { ok: false, attempts: 1, what: { summary: "RangeError: never" } },
    ]);
  });

  it("fails of what that function throws, with what was thrown before as the cause", async () => {
    const when = () => {
      throw new TypeError("no idea");
    };
    const [call] = (await run([["first"]], {}, when)).calls;
    expect(call).toMatchObject({ ok: false, attempts: 1 });
    const { summary, value } = (call as { what: Thrown }).what;
    expect(summary).toMatch(/retries\.when threw TypeError: no idea/);
    expect((decode(value) as Error).cause).toMatchObject({ message: "first" });
  });
});
