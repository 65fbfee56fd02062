import { describe, expect, it, onTestFinished } from "vitest";
import { CancelledError } from "../../../src/errors.js";
import { beatKey, cancelledKey } from "../../../src/wire/keys.js";
import { CancelWatch, withCancelWatch } from "../../../src/worker/cancel-watch.js";
import { newRequest } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";
import { until } from "../../support/until.js";

const REQUEST = newRequest({ name: "0", first: 0, count: 1, byteStart: 0, byteEnd: 0 });
const KEY = cancelledKey(REQUEST.jobId);
const TIMES = { lookMs: 20, heedMs: 20 };

class CountingStore extends MemoryStore {
  asked: string[] = [];

  override get(key: string): Promise<Uint8Array | undefined> {
    this.asked.push(key);
    return super.get(key);
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function newWatch(store: MemoryStore, times?: typeof TIMES, request = REQUEST): CancelWatch {
  const watch = new CancelWatch(request, store, times);
  onTestFinished(() => watch.stop());
  return watch;
}

it("asks the store nothing for a shard that is soon over", async () => {
  const store = new CountingStore();
  const watch = newWatch(store, { ...TIMES, lookMs: 40 });
  await sleep(5);
  watch.stop();
  await sleep(100);
  expect(store.asked).toEqual([]);
});

it("has looks of ten seconds by default", async () => {
  const store = new CountingStore();
  newWatch(store);
  await sleep(100);
  expect(store.asked).toEqual([]);
});

it("asks again and again, and aborts the signal once the marker is there", async () => {
  const store = new CountingStore();
  const { signal } = newWatch(store, TIMES);
  await until(() => store.asked.length > 2);
  expect(signal.aborted).toBe(false);
  await store.put(KEY, Buffer.from("x"));
  await until(() => signal.aborted);
  expect(signal.reason).toBeInstanceOf(CancelledError);
  expect(new Set(store.asked)).toEqual(new Set([KEY]));
});

it("goes on when the store cannot be read for a while", async () => {
  const store = new CountingStore();
  store.get = async (key) => {
    store.asked.push(key);
    if (store.asked.length < 3) throw new Error("down");
    return Buffer.from("x");
  };
  const { signal } = newWatch(store, TIMES);
  await until(() => signal.aborted);
  expect(store.asked).toHaveLength(3);
});

it("gives the worker up when a call does not heed its signal", async () => {
  const store = new MemoryStore();
  await store.put(KEY, Buffer.from("x"));
  const error = await newWatch(store, TIMES).unheeded.catch((reason) => reason);
  expect(error.message).toMatch(/went on for 20 ms more/);
  expect(error).not.toHaveProperty("code");
});

it("gives up nothing when the shard ends soon after", async () => {
  const store = new MemoryStore();
  await store.put(KEY, Buffer.from("x"));
  const watch = newWatch(store, { ...TIMES, heedMs: 60 });
  await until(() => watch.signal.aborted);
  watch.stop();
  const given = await Promise.race([watch.unheeded.catch(() => "given up"), sleep(150)]);
  expect(given).toBeUndefined();
});

describe("beats of a shard whose answer nobody hears", () => {
  const unheard = { ...REQUEST, leavesNote: true };
  const sizeIn = ({ objects }: MemoryStore) =>
    objects.get(beatKey(REQUEST.jobId, REQUEST.shard.name, REQUEST.attemptId))?.byteLength;

  it("come with each look, and grow", async () => {
    const store = new MemoryStore();
    newWatch(store, TIMES, unheard);
    expect(sizeIn(store)).toBeUndefined();
    await until(() => sizeIn(store) === 2);
  });

  it("begin at once where an attempt was lost before", async () => {
    const store = new MemoryStore();
    newWatch(store, { ...TIMES, lookMs: 60_000 }, { ...unheard, attempt: 2 });
    await until(() => sizeIn(store) === 1);
  });

  it("are missing where they cannot be stored, and where the answer is heard", async () => {
    const store = new CountingStore();
    const refusing = new CountingStore();
    refusing.put = () => Promise.reject(new Error("no"));
    newWatch(store, TIMES, { ...REQUEST, attempt: 2 });
    newWatch(refusing, TIMES, unheard);
    await until(() => store.asked.length > 2 && refusing.asked.length > 2);
    expect([store.objects.size, refusing.objects.size]).toEqual([0, 0]);
  });
});

describe("a shard by way of a server", () => {
  const inside = { depth: 1, workers: 1 };
  const aborted = (controller: AbortController) =>
    new Promise((resolve) => controller.signal.addEventListener("abort", () => resolve(controller.signal.reason)));

  it("is told of the marker in the store as it would be by a word of its host", async () => {
    const store = new MemoryStore();
    await store.put(KEY, new Uint8Array());
    const controller = new AbortController();
    const run = () => aborted(controller);
    expect(await withCancelWatch({ ...REQUEST, inside }, store, controller, run, TIMES)).toBeInstanceOf(CancelledError);
  });

  it("asks for nothing where its host speaks to it", async () => {
    const store = new CountingStore();
    expect(await withCancelWatch(REQUEST, store, new AbortController(), () => sleep(60).then(() => 5), TIMES)).toBe(5);
    expect(store.asked).toEqual([]);
  });
});
