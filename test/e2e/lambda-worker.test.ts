/** The built worker for AWS Lambda under Lambda's own runtime client, with a folder as its store. */
import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "../../src/codec/codec.js";
import { FileStore } from "../../src/stores/file.js";
import { decodeAnswer, decodeNote } from "../../src/wire/invocation.js";
import { noteKey } from "../../src/wire/keys.js";
import type { ShardRequest } from "../../src/wire/messages.js";
import { decodeResult } from "../../src/wire/result.js";
import { readStatusFromLog } from "../../src/wire/status-log.js";
import { newFolder } from "../support/folders.js";
import { LambdaEnvironment } from "../support/lambda-environment.js";
import { storedResult, storeShard } from "../support/stored-shards.js";

let store: FileStore;
beforeEach(() => {
  store = new FileStore(newFolder());
});

/** The calls of the result that rode along in the answer, decoded. */
function callsIn(ended: unknown) {
  const given = decodeAnswer(Buffer.from(JSON.stringify((ended as { answer: unknown }).answer)));
  if (!given || "failure" in given) throw new Error(`No answer: ${JSON.stringify(ended)}`);
  const { calls, ...header } = decodeResult(given.answer.result as Uint8Array, "answer");
  return { ...header, calls: calls.map(({ ok, bytes }) => ({ ok, value: decode(bytes) as never })) };
}

async function noteOf({ prefix, jobId, shard, attemptId }: ShardRequest) {
  const bytes = await store.get(noteKey(prefix, jobId, shard.name, attemptId));
  return bytes && decodeNote(bytes);
}

it("runs shards of one function after another", async () => {
  const environment = await LambdaEnvironment.start();
  const offset = 100;
  for (const fn of [(x: number) => x * x, (x: number) => x + offset]) {
    const request = await storeShard(store, fn, [1, 2, 3]);
    const { calls, worker } = callsIn(await environment.invoke(request));
    expect(calls.map(({ value }) => value)).toEqual([1, 2, 3].map(fn));
    expect(worker).toBe("lambda stream");
    expect(await storedResult(store, request)).toMatchObject({ attemptId: request.attemptId, count: 3 });
  }
});
