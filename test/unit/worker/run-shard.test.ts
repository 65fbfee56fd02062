/** What a worker does that nobody tells of a cancellation. The rest is seen end to end. */
import { expect, it, onTestFinished, vi } from "vitest";
import { newPlatform } from "../../../runtime-layer/new-platform.js";
import { CancelledError } from "../../../src/errors.js";
import { cancelledKey } from "../../../src/wire/keys.js";
import type { ShardRequest } from "../../../src/wire/messages.js";
import type { CallContext } from "../../../src/worker/context.js";
import { runShard } from "../../../src/worker/run-shard.js";
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
  await store.put(cancelledKey("", request.jobId), Buffer.from("x"));
  const platform = newPlatform({ name: "test", onCallStart: (index: number) => void begun.push(index) });
  const error = await runShard(request, store, undefined, platform).catch((reason) => reason);
  return { begun, error, result: await storedResult(store, request) };
}

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

it("ends as ever when it is over before", async () => {
  onTestFinished(() => {
    watch.lookMs = 10;
  });
  watch.lookMs = 60_000;
  const { error: answer, result } = await runCancelled((x) => x);
  expect(answer).toMatchObject({ attemptId: result?.attemptId });
  expect(result?.calls).toHaveLength(4);
});
