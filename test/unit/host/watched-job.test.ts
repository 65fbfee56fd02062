import { expect, it } from "vitest";
import { markCancelled } from "../../../src/host/cancellation.js";
import { WatchedJob } from "../../../src/host/watched-job.js";
import type { Store } from "../../../src/stores/store.js";
import { encodeJobRecord } from "../../../src/wire/job-record.js";
import { driverKey, jobKey } from "../../../src/wire/keys.js";
import { WIRE_VERSION } from "../../../src/wire/version.js";
import { retriesOf } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";

const JOB_ID = "0c2c8b9e-6f0b-4a6e-8a37-3f5a7f0f4c11";

/** Time between two signs of a driver, and more than that in which followers wait for one, ms. */
const SIGN_MS = 10_000;
const GONE_MS = 60_000;

/** Of one shard, which nobody has run. */
async function storeWithJob(): Promise<Store> {
  const store = new MemoryStore();
  const record = {
    version: WIRE_VERSION,
    jobId: JOB_ID,
    createdAt: 1000,
    functionName: "work",
    functionDigest: "0".repeat(64),
    setupDigests: [],
    packagesDigest: null,
    packagesRoot: null,
    calls: 3,
    segments: [{ inputsBytes: 30, shards: [{ name: "0000000", first: 0, count: 3, byteStart: 0, byteEnd: 30 }] }],
    isStream: false,
    total: 3,
    fold: null,
    shuffle: null,
    delivery: null,
    concurrentCalls: 1,
    limitPerSecond: null,
    timeoutMs: null,
    memoryMb: [],
    retries: retriesOf(0),
    maxAttempts: 3,
    speculate: false,
    completion: null,
    env: { set: [], unset: [] },
  };
  await store.putIfAbsent(jobKey(JOB_ID), encodeJobRecord(record));
  return store;
}

const watch = (store: Store) => WatchedJob.open(store, JOB_ID, new AbortController().signal);

it("tells that nobody drives the job any more, once there was no sign for a minute, and that somebody does again", async () => {
  const store = await storeWithJob();
  const job = await watch(store);
  const isLeft = async () => (await job.data(0)).isLeft;
  await job.look();
  await job.look(SIGN_MS);
  expect(await isLeft()).toBe(false);
  await job.look(GONE_MS);
  expect(await isLeft()).toBe(true);
  await job.look(SIGN_MS / 10);
  expect(await isLeft()).toBe(true);
  await store.put(driverKey(JOB_ID), Buffer.from("a sign"));
  await job.look(SIGN_MS);
  expect(await isLeft()).toBe(false);
});

it("has ended when the job was cancelled", async () => {
  const store = await storeWithJob();
  const job = await watch(store);
  await job.look();
  expect(await job.data(0)).toMatchObject({ functionName: "work", total: 3, done: 0, isOver: false });
  await markCancelled({ store, jobId: JOB_ID }, "enough");
  await job.look();
  expect(job.isOver).toBe(true);
  expect(await job.data(0)).toMatchObject({ done: 3, failed: 3, failures: [{ code: "CANCELLED", count: 3 }] });
});

it("is not there in a store that has none of that id", async () => {
  await expect(watch(new MemoryStore())).rejects.toMatchObject({ code: "STORE" });
});
