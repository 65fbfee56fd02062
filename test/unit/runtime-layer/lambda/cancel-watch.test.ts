import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BlockedWatch } from "../../../../runtime-layer/lambda/cancel-watch.js";
import { beatKey, cancelledKey } from "../../../../src/wire/keys.js";
import { MemoryStore } from "../../../support/memory-store.js";

const JOB = { store: { kind: "memory" }, jobId: "job-1" };
const OTHER = { ...JOB, jobId: "job-2" };

let store: MemoryStore;
let pulse: Float64Array;
let opened: number;
let ended: number;
let watch: BlockedWatch;
let now: () => number;

beforeEach(async () => {
  // The clock is taken when it is loaded, so time must be faked before.
  vi.useFakeTimers({ toFake: ["hrtime"] });
  const { BlockedWatch } = await import("../../../../runtime-layer/lambda/cancel-watch.js");
  ({ monotonicMs: now } = await import("../../../../src/util/time.js"));
  store = new MemoryStore();
  await store.put(cancelledKey("job-1"), new Uint8Array(1));
  pulse = Float64Array.of(now());
  opened = 0;
  ended = 0;
  const open = async () => {
    opened++;
    return store;
  };
  watch = new BlockedWatch(pulse, open, () => ended++);
});

afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

/** Lets time pass, with the pulse or without. */
async function pass(ms: number, beats: boolean): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    vi.advanceTimersByTime(500);
    if (beats) pulse[0] = now();
    watch.look();
    for (let i = 0; i < 10; i++) await undefined;
  }
}

describe("a call that blocks the main thread", () => {
  it("of a job that was cancelled is ended after ten seconds", async () => {
    watch.follow(JOB);
    await pass(9_500, false);
    expect([opened, ended]).toEqual([0, 0]);
    await pass(500, false);
    expect([opened, ended]).toEqual([1, 1]);
  });

  it("of a job that goes on costs a look every ten seconds", async () => {
    watch.follow(OTHER);
    await pass(35_000, false);
    expect([opened, ended]).toEqual([3, 0]);
  });

  it("beats each time, where a note is left", async () => {
    const note = { store: OTHER.store, jobId: OTHER.jobId, attemptId: "attempt-1", shardName: "0000003" };
    watch.follow(OTHER, note);
    const sizes: (number | undefined)[] = [];
    for (let look = 0; look < 3; look++) {
      await pass(10_000, false);
      sizes.push(store.objects.get(beatKey("job-2", "0000003", "attempt-1"))?.byteLength);
    }
    expect(sizes).toEqual([11, 21, 31]);
  });

  it("is looked at again when the store could not be read", async () => {
    const { get } = store;
    store.get = () => Promise.reject(new Error("slow down"));
    watch.follow(JOB);
    await pass(15_000, false);
    store.get = get;
    expect(ended).toBe(0);
    await pass(10_000, false);
    expect(ended).toBe(1);
  });
});

describe("nothing is asked", () => {
  it("while the main thread lives: it looks by itself", async () => {
    watch.follow(JOB);
    await pass(60_000, true);
    expect(opened).toBe(0);
  });

  it("of a shard that has just begun, after however long a pause", async () => {
    await pass(60_000, false);
    watch.follow(JOB);
    await pass(9_000, false);
    expect(opened).toBe(0);
  });
});

it("an answer about a shard that is over ends nobody", async () => {
  let answer: (value: Uint8Array) => void = () => {};
  store.get = () => new Promise((resolve) => (answer = resolve));
  watch.follow(JOB);
  await pass(10_000, false);
  watch.follow(OTHER);
  answer(new Uint8Array(1));
  await pass(1_000, false);
  expect([opened, ended]).toEqual([1, 0]);
});
