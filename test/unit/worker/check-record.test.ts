import { expect, it } from "vitest";
import { StoreError } from "../../../src/errors.js";
import { jobKey } from "../../../src/wire/keys.js";
import type { ShardRequest } from "../../../src/wire/messages.js";
import { runShard } from "../../../src/worker/run-shard.js";
import { newRuntime } from "../../../src/worker/runtime.js";
import { MemoryStore } from "../../support/memory-store.js";
import { storedResult, storeRecord, storeSetup, storeShard } from "../../support/stored-shards.js";

const store = new MemoryStore();
const run = (request: ShardRequest) =>
  runShard(request, store, () => new AbortController().signal, newRuntime({ name: "test" }));

it("a request whose job's record names the same code is run", async () => {
  const setupDigests = [await storeSetup(store, () => {})];
  const request = await storeShard(store, (x: number) => x, [1], { setupDigests });
  await run(request);
  expect((await storedResult(store, request))?.calls).toHaveLength(1);
});

it.each<[string, (other: string) => Partial<ShardRequest>]>([
  ["function", (functionDigest) => ({ functionDigest })],
  ["setup", (other) => ({ setupDigests: [other] })],
  ["reducer of pairs", (combineDigest) => ({ shuffle: { parts: 1, combineDigest } })],
])("one that names another %s than the record is refused, and nothing is run", async (_what, fields) => {
  const request = await storeShard(store, (x: number) => x, [1]);
  const other = await storeSetup(store, () => 2);
  await expect(run({ ...request, ...fields(other) })).rejects.toThrow(/other code than the request .* altered/);
  expect(await storedResult(store, request)).toBeUndefined();
});

it("one whose record was altered is refused, and run when the record is right again", async () => {
  const runtime = newRuntime({ name: "test" });
  const request = await storeShard(store, (x: number) => x, [1]);
  const again = () => runShard(request, store, () => new AbortController().signal, runtime);
  await storeRecord(store, request, { functionDigest: "f".repeat(64) });
  await expect(again()).rejects.toBeInstanceOf(StoreError);
  await store.delete(jobKey(request.jobId));
  await expect(again()).rejects.toThrow(/has no jobs\/.*\/job\.json/);
  await storeRecord(store, request);
  await again();
  expect(await storedResult(store, request)).toBeDefined();
});
