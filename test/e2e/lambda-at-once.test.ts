/** Calls that run at once in the built worker for AWS Lambda. */
import { beforeEach, expect, it } from "vitest";
import { decode } from "../../src/codec/codec.js";
import { FileStore } from "../../src/stores/file/store.js";
import { decodeAnswer, decodeNote } from "../../src/wire/invocation.js";
import { noteKey, resultKey } from "../../src/wire/keys.js";
import type { ShardRequest } from "../../src/wire/messages.js";
import { decodeResult } from "../../src/wire/read-result.js";
import { readPrintedFromLog, readStatusFromLog } from "../../src/wire/status-log.js";
import type { CallContext } from "../../src/worker/call-context.js";
import { newFolder } from "../support/folders.js";
import { LambdaEnvironment } from "../support/lambda-environment.js";
import { storedResult, storeShard } from "../support/stored-shards.js";

let store: FileStore;
beforeEach(() => {
  store = new FileStore(newFolder());
});

const KILLED = { code: null, signal: "SIGKILL" };
const AT_ONCE = { concurrentCalls: 4 };
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves when four calls have met. */
async function meet(): Promise<void> {
  const shared = globalThis as { nodewrenHere?: number };
  shared.nodewrenHere = (shared.nodewrenHere ?? 0) + 1;
  for (let i = 0; i < 1000 && shared.nodewrenHere < 4; i++) await sleep(5);
}

it("run at once, with what each prints in the result only", async () => {
  const environment = await LambdaEnvironment.start();
  const fn = async (x: number) => {
    console.log(`begin ${x}`);
    await meet();
    console.log(`end ${x}`);
    return x * 2;
  };
  const ended = await environment.invoke(await storeShard(store, fn, [0, 1, 2, 3, 4], AT_ONCE));
  const given = decodeAnswer(Buffer.from(JSON.stringify((ended as { answer: unknown }).answer)));
  const bytes = (given as { answer: { result: Uint8Array } }).answer.result;
  const { calls, output } = decodeResult(bytes, "answer");
  expect(calls.map((call) => decode(call.bytes))).toEqual([0, 2, 4, 6, 8]);
  expect([0, 1, 2, 3, 4].map((x) => output[x]?.stdout)).toEqual([0, 1, 2, 3, 4].map((x) => `begin ${x}\nend ${x}\n`));
  expect(environment.log).not.toMatch(/begin|end \d/);
});

it.each([false, true])(
  "tell which of them ended the process, and what it had printed (note: %s)",
  async (leavesNote) => {
    const environment = await LambdaEnvironment.start();
    const fn = async (x: number) => {
      console.log(`call ${x}`);
      await meet();
      if (x === 2) process.exit(3);
      await sleep(60_000);
    };
    const request = await storeShard(store, fn, [0, 1, 2, 3], { ...AT_ONCE, leavesNote });
    expect(await environment.invoke(request)).toEqual({ code: 3, signal: null });
    const status = { type: "exit", index: 2, code: 3 };
    const printed = { index: 2, output: { stdout: "call 2\n", stderr: "" } };
    expect(readStatusFromLog(environment.log)).toEqual(status);
    expect(readPrintedFromLog(environment.log, request.attemptId)).toEqual(printed);
    expect(await noteOf(request)).toEqual(leavesNote ? { type: "death", status, printed } : undefined);
  },
);

it("name the one that blocks the thread as a suspect", { tags: ["long"] }, async () => {
  const environment = await LambdaEnvironment.start();
  const fn = (x: number) => {
    for (; x === 2; );
    return sleep(60_000);
  };
  const request = await storeShard(store, fn, [0, 1, 2, 3], { ...AT_ONCE, timeoutMs: 100, leavesNote: true });
  expect(await environment.invoke(request)).toEqual(KILLED);
  expect(await noteOf(request)).toEqual({ type: "death", status: { type: "timeout", index: 2, atOnce: 3 } });
});

it("leave to others what they have not begun when those that overran their time go on, and end with their worker", {
  tags: ["long"],
}, async () => {
  const environment = await LambdaEnvironment.start();
  const fn = async (x: number, { signal }: CallContext) => {
    if (x === 0) await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    if (x === 1 || x === 2) await new Promise(() => {});
    // So that not all of them are done by then.
    await sleep(150);
    return x;
  };
  const inputs = Array.from({ length: 100 }, (_, x) => x);
  const request = await storeShard(store, fn, inputs, { ...AT_ONCE, timeoutMs: 1000 });
  expect(await environment.invoke(request)).toEqual(KILLED);
  expect(readStatusFromLog(environment.log)).toEqual({ type: "retired", index: null });
  const [done, left] = (await storedResult(store, request))?.split ?? [];
  expect(done).toMatchObject({ first: 0 });
  expect(left).toMatchObject({ first: done?.count, count: 100 - (done?.count ?? 0), attempt: 1 });
  const key = resultKey(request.jobId, done?.name ?? "");
  const { calls } = decodeResult((await store.get(key)) as Uint8Array, key);
  const timeout = { kind: "timeout", timeoutMs: 1000 };
  expect(calls.map(({ bytes }) => decode(bytes)).slice(0, 4)).toEqual([timeout, timeout, timeout, 3]);
  expect(await store.get(resultKey(request.jobId, left?.name ?? ""))).toBeUndefined();
});

async function noteOf({ jobId, shard, attemptId }: ShardRequest) {
  const bytes = await store.get(noteKey(jobId, shard.name, attemptId));
  return bytes && decodeNote(bytes);
}
