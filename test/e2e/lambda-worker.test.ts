/**
 * The built worker for AWS Lambda under Lambda's own runtime client, with a folder as its store.
 *
 * @module-tag long
 */
import { writeSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { decode } from "../../src/codec/codec.js";
import { FileStore } from "../../src/stores/file/store.js";
import { decodeAnswer, decodeNote } from "../../src/wire/invocation.js";
import { noteKey } from "../../src/wire/keys.js";
import type { ShardRequest } from "../../src/wire/messages.js";
import { decodeResult } from "../../src/wire/read-result.js";
import { isForHost, readStatusFromLog } from "../../src/wire/status-log.js";
import type { Thrown } from "../../src/wire/thrown.js";
import { newFolder } from "../support/folders.js";
import { LambdaEnvironment } from "../support/lambda-environment.js";
import type { S3Double } from "../support/s3-double/double.js";
import { newS3Double, newS3Store } from "../support/s3-stores.js";
import { storedResult, storeSetup, storeShard } from "../support/stored-shards.js";
import { until } from "../support/until.js";

let store: FileStore;
beforeEach(() => {
  store = new FileStore(newFolder());
});

const KILLED = { code: null, signal: "SIGKILL" };

/** The calls of the result that rode along in the answer, decoded. */
function resultIn(ended: unknown) {
  const given = answerIn(ended);
  if (!given || "failure" in given) throw new Error(`No answer: ${JSON.stringify(ended)}`);
  const { calls, ...header } = decodeResult(given.answer.result as Uint8Array, "answer");
  return { ...header, calls: calls.map(({ ok, bytes }) => ({ ok, value: decode(bytes) as never })) };
}

function answerIn(ended: unknown) {
  return decodeAnswer(Buffer.from(JSON.stringify((ended as { answer?: unknown }).answer ?? null)));
}

async function noteOf({ jobId, shard, attemptId }: ShardRequest) {
  const bytes = await store.get(noteKey(jobId, shard.name, attemptId));
  return bytes && decodeNote(bytes);
}

function busy(ms: number): void {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

describe("a shard", () => {
  it("of one function runs after that of another", async () => {
    const environment = await LambdaEnvironment.start();
    const offset = 100;
    for (const fn of [(x: number) => x * x, (x: number) => x + offset]) {
      const request = await storeShard(store, fn, [1, 2, 3]);
      const { calls, worker } = resultIn(await environment.invoke(request));
      expect(calls.map(({ value }) => value)).toEqual([1, 2, 3].map(fn));
      expect(worker).toBe("lambda stream");
      expect(await storedResult(store, request)).toMatchObject({ attemptId: request.attemptId, count: 3 });
    }
  });

  it("has what its calls print in its result, and in the log only in lines for the host", async () => {
    const environment = await LambdaEnvironment.start();
    const print = (x: number) => {
      console.log("log", x);
      console.error("error", x);
      console.group("group");
      console.warn("indented");
      console.groupEnd();
      console.dir({ x });
      process.stdout.write("raw\n");
    };
    const { output } = resultIn(await environment.invoke(await storeShard(store, print, [1, 2])));
    expect(output["0"]).toEqual({ stdout: "log 1\ngroup\n{ x: 1 }\nraw\n", stderr: "error 1\n  indented\n" });
    expect(output["1"]?.stdout).toContain("log 2");
    expect(forPeople(environment.log)).not.toMatch(/log|error|raw/);
  });

  it("tells what a call threw, with a stack that ends where the user's code does", async () => {
    const environment = await LambdaEnvironment.start();
    const fail = (x: number) => {
      throw new RangeError(`no ${x}`);
    };
    const { calls } = resultIn(await environment.invoke(await storeShard(store, (x: number) => fail(x), [7])));
    const [{ ok, value: failure } = {}] = calls as { ok?: boolean; value?: Thrown }[];
    const { className, ...thrown } = failure as Thrown;
    const value = decode(thrown.value) as Error;
    expect([ok, className, value.message]).toEqual([false, "RangeError", "no 7"]);
    expect(value.stack).toContain("lambda-worker.test.ts");
    expect(value.stack).not.toMatch(/runtime-layer|aws-lambda-ric|index\.js/);
  });

  it("fails the call whose rejection nobody handles, and no other", async () => {
    const environment = await LambdaEnvironment.start();
    const stray = async (x: number) => {
      if (x === 1) Promise.reject(new Error("stray"));
      await new Promise((resolve) => setTimeout(resolve, 20));
      return x;
    };
    const request = await storeShard(store, stray, [0, 1, 2]);
    expect(resultIn(await environment.invoke(request)).calls.map(({ ok }) => ok)).toEqual([true, false, true]);
    await environment.idle();
  });

  it("whose result nobody hears does not send it along", async () => {
    const environment = await LambdaEnvironment.start();
    const request = await storeShard(store, (x: number) => x, [1], { leavesNote: true });
    expect(answerIn(await environment.invoke(request))).toMatchObject({ answer: { result: undefined } });
    expect(await storedResult(store, request)).toBeDefined();
    expect(await noteOf(request)).toBeUndefined();
  });
});

/** The log without the lines that are meant for the host. */
function forPeople(log: string): string {
  return log
    .split("\n")
    .filter((line) => !isForHost(line))
    .join("\n");
}

/** What setups leave behind in these tests. */
const trace = () => (globalThis as { nodewrenTestTrace?: string }).nodewrenTestTrace ?? "";
const mark = () => {
  (globalThis as { nodewrenTestTrace?: string }).nodewrenTestTrace = `${trace()}m`;
};

describe("a setup", () => {
  it("runs once for each job, and its output is in the log only in lines for the host", async () => {
    const environment = await LambdaEnvironment.start();
    const setup = () => {
      console.log("marking");
      mark();
    };
    const setupDigests = [await storeSetup(store, setup)];
    const first = await storeShard(store, trace, [1, 2], { setupDigests });
    const again = { ...first, shard: { ...first.shard, name: "0000001" } };
    const one = resultIn(await environment.invoke(first));
    const two = resultIn(await environment.invoke(again));
    expect(one.calls.map(({ value }) => value)).toEqual(["m", "m"]);
    expect(one.setup).toMatchObject({ ms: expect.any(Number), output: { stdout: "marking\n" } });
    expect(two.calls.map(({ value }) => value)).toEqual(["m", "m"]);
    expect(two.setup).toBeUndefined();
    const other = resultIn(await environment.invoke(await storeShard(store, trace, [1], { setupDigests })));
    expect(other.calls.map(({ value }) => value)).toEqual(["mm"]);
    expect(forPeople(environment.log)).not.toContain("marking");
  });

  it.each([false, true])(
    "makes the environment unfit for other jobs, which end it before any call (note: %s)",
    async (leavesNote) => {
      const environment = await LambdaEnvironment.start();
      const setupDigests = [await storeSetup(store, mark)];
      resultIn(await environment.invoke(await storeShard(store, trace, [1], { setupDigests })));
      const plain = await storeShard(store, trace, [1], { leavesNote });
      expect(await environment.invoke(plain)).toEqual(KILLED);
      const failure = { code: "UNFIT", message: "Another job's setup has run on this worker.", retire: true };
      expect(readStatusFromLog(environment.log)).toEqual({ type: "retired", index: null, failure });
      expect(await noteOf(plain)).toEqual(leavesNote ? { type: "failed", failure } : undefined);
      expect(await storedResult(store, plain)).toBeUndefined();
    },
  );

  it("that fails fails the calls, and ends the environment once that is stored", async () => {
    const environment = await LambdaEnvironment.start();
    const fail = () => {
      throw new RangeError("no luck");
    };
    const request = await storeShard(store, trace, [1, 2], { setupDigests: [await storeSetup(store, fail)] });
    expect(await environment.invoke(request)).toEqual(KILLED);
    expect(readStatusFromLog(environment.log)).toEqual({ type: "retired", index: null });
    const { calls = [] } = (await storedResult(store, request)) ?? {};
    const failures = calls.map(({ ok, bytes }) => [ok, decode(bytes)]);
    const failure = { kind: "setup", failure: { kind: "thrown", className: "RangeError" } };
    expect(failures).toMatchObject([
      [false, failure],
      [false, failure],
    ]);
  });

  it.each<[string, () => unknown, object]>([
    ["blocks past its time limit", () => busy(60_000), { type: "timeout" }],
    ["ends the process", () => process.exit(3), { type: "exit", code: 3 }],
  ])("that %s is named in the last words, not a call", async (_what, setup, word) => {
    const environment = await LambdaEnvironment.start();
    const setupDigests = [await storeSetup(store, setup)];
    const request = await storeShard(store, trace, [1], { setupDigests, timeoutMs: 100, leavesNote: true });
    await environment.invoke(request);
    const status = { ...word, index: null, during: "setup" };
    expect(readStatusFromLog(environment.log)).toEqual(status);
    expect(await noteOf(request)).toEqual({ type: "death", status });
  });

  it("that dies without a word is known to have run", async () => {
    const environment = await LambdaEnvironment.start();
    const setupDigests = [await storeSetup(store, () => process.kill(process.pid, "SIGKILL"))];
    expect(await environment.invoke(await storeShard(store, trace, [1], { setupDigests }))).toEqual(KILLED);
    expect(readStatusFromLog(environment.log)).toEqual({ type: "running", index: null, during: "setup" });
  });
});

describe("an environment that cannot be used again", () => {
  it("ends once the result is stored, and tells so", async () => {
    const environment = await LambdaEnvironment.start();
    const throwLate = async (x: number) => {
      if (x === 1)
        setTimeout(() => {
          throw new Error("callback");
        });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return x;
    };
    const request = await storeShard(store, throwLate, [0, 1]);
    expect(await environment.invoke(request)).toEqual(KILLED);
    expect(readStatusFromLog(environment.log)).toEqual({ type: "retired", index: null });
    expect((await storedResult(store, request))?.calls.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it("is told of in the log when an error comes while no shard runs, and ends instead of running the next one", async () => {
    const environment = await LambdaEnvironment.start();
    const rejectLate = () => void setTimeout(() => Promise.reject(new Error("late")), 50);
    resultIn(await environment.invoke(await storeShard(store, rejectLate, [1])));
    await until(() => environment.log.includes("nodewren: an error while no shard runs: Error: late"));
    const request = await storeShard(store, (x: number) => x, [1]);
    expect(await environment.invoke(request)).toEqual(KILLED);
    expect(await storedResult(store, request)).toBeUndefined();
    expect(readStatusFromLog(environment.log)).toMatchObject({ type: "retired", failure: { code: "UNFIT" } });
  });

  it("ends as well when it failed in a way that nobody foresaw, and tells how", async () => {
    const environment = await LambdaEnvironment.start();
    const spoil = () => {
      // Node's modules are not put back when a call ends.
      Reflect.set(process.getBuiltinModule("node:crypto"), "createHash", () => {
        throw new Error("n".repeat(5000));
      });
    };
    const request = await storeShard(store, spoil, [1], { leavesNote: true });
    expect(await environment.invoke(request)).toEqual(KILLED);
    const message = `The worker itself failed; the function may have spoiled its process, such as by replacing a built-in function for good: Error: ${"n".repeat(5000)}`;
    const failure = { code: "", message, retire: true };
    expect(await noteOf(request)).toEqual({ type: "failed", failure });
    // As much of it as is left of the log's last 4 KB, behind the platform's own lines.
    const told = { type: "retired", index: null, failure: { ...failure, message: message.slice(0, 1000) } };
    expect(readStatusFromLog(environment.log.slice(-2048))).toEqual(told);
  });
});

describe("a refusal", () => {
  it.each<[string, object | null, string]>([
    ["no request", { hello: 1 }, ""],
    ["nothing", null, ""],
    ["a request of another release", { version: 99, shard: { name: "s" }, attemptId: "a" }, "VERSION"],
  ])("answers %s", async (_what, event, code) => {
    const environment = await LambdaEnvironment.start();
    expect(answerIn(await environment.invoke(event))).toMatchObject({ failure: { code, retire: false } });
    await environment.idle();
  });

  it("leaves a note where nobody hears the answer", async () => {
    const environment = await LambdaEnvironment.start();
    const request = await storeShard(store, (x: number) => x, [1], { leavesNote: true });
    await environment.invoke({ ...request, version: 99 });
    expect(await noteOf(request)).toMatchObject({ type: "failed", failure: { code: "VERSION" } });
    const lost = { ...request, attemptId: "other", functionDigest: "0".repeat(64) };
    await environment.invoke(lost);
    expect(await noteOf(lost)).toMatchObject({ type: "failed", failure: { code: "STORE" } });
  });

  it("answers when there is no such store, note or not", async () => {
    const environment = await LambdaEnvironment.start();
    const request = await storeShard(store, (x: number) => x, [1], { leavesNote: true });
    const ended = await environment.invoke({ ...request, store: { kind: "cloud" } });
    expect(answerIn(ended)).toMatchObject({ failure: { code: "STORE", retire: false } });
  });
});

describe("the watchdog", () => {
  // Calls that do nothing must not run out of it on a busy machine; and of one that runs for a second, the log has a note before.
  const limit = { timeoutMs: 500 };

  it.each([false, true])("ends a call that blocks past its time limit (note: %s)", async (leavesNote) => {
    const environment = await LambdaEnvironment.start();
    const block = (x: number) => (x === 1 ? busy(60_000) : x);
    const request = await storeShard(store, block, [0, 1, 2], { ...limit, leavesNote });
    expect(await environment.invoke(request)).toEqual(KILLED);
    const status = { type: "timeout", index: 1 };
    expect(readStatusFromLog(environment.log)).toEqual(status);
    expect(await noteOf(request)).toEqual(leavesNote ? { type: "death", status } : undefined);
    expect(await storedResult(store, request)).toBeUndefined();
  });

  it.each([false, true])("tells of a call that ends the process (note: %s)", async (leavesNote) => {
    const environment = await LambdaEnvironment.start();
    const request = await storeShard(store, (x: number) => (x === 1 ? process.exit(3) : x), [0, 1], { leavesNote });
    expect(await environment.invoke(request)).toEqual({ code: 3, signal: null });
    const status = { type: "exit", index: 1, code: 3 };
    expect(readStatusFromLog(environment.log)).toEqual(status);
    expect(await noteOf(request)).toEqual(leavesNote ? { type: "death", status } : undefined);
  });

  it.each<[string, object, Record<string, string>]>([
    ["the job's", { memoryMb: 64 }, {}],
    ["the function's", {}, { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256" }],
  ])("ends a call that takes more than %s memory", async (_whose, fields, env) => {
    const environment = await LambdaEnvironment.start(env);
    const fill = (x: number) => {
      const kept: Buffer[] = [];
      for (let i = 0; x === 1 && i < 400; i++) {
        kept.push(Buffer.alloc(2 ** 20, 1));
        busy(2);
      }
      return kept.length;
    };
    const request = await storeShard(store, fill, [0, 1], { ...fields, leavesNote: true });
    expect(await environment.invoke(request)).toEqual(KILLED);
    expect(await noteOf(request)).toEqual({ type: "death", status: { type: "memory", index: 1 } });
  });

  it("ends the shard just before the platform would", async () => {
    const environment = await LambdaEnvironment.start();
    const request = await storeShard(store, () => busy(60_000), [0, 1], { leavesNote: true });
    expect(await environment.invoke(request, { timeoutMs: 1000 })).toEqual(KILLED);
    expect(await noteOf(request)).toEqual({ type: "death", status: { type: "deadline", index: 0 } });
  });

  it("names a call that has run for long, as a suspect of a sudden death", async () => {
    const environment = await LambdaEnvironment.start();
    const crash = (x: number) => {
      if (x === 1) busy(1200);
      if (x === 1) process.kill(process.pid, "SIGKILL");
      return x;
    };
    expect(await environment.invoke(await storeShard(store, crash, [0, 1]))).toEqual(KILLED);
    expect(readStatusFromLog(environment.log)).toEqual({ type: "running", index: 1 });
  });

  it("does not blame a call for the time that the environment stood still before it", async () => {
    const environment = await LambdaEnvironment.start();
    const fn = (x: number) => x;
    await environment.invoke(await storeShard(store, fn, [1], limit), { timeoutMs: 300 });
    await environment.idle();
    process.kill(environment.pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const ended = environment.invoke(await storeShard(store, fn, [2], limit));
    process.kill(environment.pid, "SIGCONT");
    expect(resultIn(await ended).calls).toEqual([{ ok: true, value: 2 }]);
  });

  it("lets what a call writes past the streams into the log", async () => {
    const environment = await LambdaEnvironment.start();
    const write = () => writeSync(2, "past the streams\n");
    resultIn(await environment.invoke(await storeShard(store, write, [1])));
    expect(environment.log).toContain("past the streams");
  });
});

describe("with a bucket as store", () => {
  async function startBeside(double: S3Double) {
    const { accessKeyId, secretAccessKey } = double.credentials;
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION: "us-east-1" };
    return {
      environment: await LambdaEnvironment.start(keys),
      bucket: newS3Store(double, { bucket: double.createBucket() }),
    };
  }

  it("reads, runs and stores", async () => {
    const { environment, bucket } = await startBeside(await newS3Double());
    const large = (x: number) => new Uint8Array(x);
    // So large that its client stores it in parts.
    const request = await storeShard(bucket, large, [20e6]);
    expect(answerIn(await environment.invoke(request))).toMatchObject({ answer: { result: undefined } });
    const result = await storedResult(bucket, request);
    expect(result?.calls.map(({ ok, bytes }) => [ok, bytes.byteLength > 20e6])).toEqual([[true, true]]);
  });

  it("leaves a note there while the main thread is blocked", async () => {
    const { environment, bucket } = await startBeside(await newS3Double());
    const request = await storeShard(bucket, () => busy(60_000), [1], { timeoutMs: 100, leavesNote: true });
    expect(await environment.invoke(request)).toEqual(KILLED);
    const { jobId, shard, attemptId } = request;
    const note = decodeNote((await bucket.get(noteKey(jobId, shard.name, attemptId))) as Uint8Array);
    expect(note).toEqual({ type: "death", status: { type: "timeout", index: 0 } });
  });

  it("ends in time when the note cannot be written", async () => {
    const double = await newS3Double();
    const { environment, bucket } = await startBeside(double);
    const request = await storeShard(bucket, () => busy(60_000), [1], { timeoutMs: 100, leavesNote: true });
    double.fail({ operation: "PutObject", fault: "silence", times: Infinity });
    const started = performance.now();
    expect(await environment.invoke(request)).toEqual(KILLED);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(readStatusFromLog(environment.log)).toEqual({ type: "timeout", index: 0 });
  });
});
