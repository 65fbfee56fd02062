/** The commits on a shard's key, and the reader that reads them: whoever is first has won. */
import { beforeEach, describe, expect, it } from "vitest";
import { encode } from "../../../src/codec/codec.js";
import { type CallError, StoreError } from "../../../src/errors.js";
import { type JobRun, newTask, type Task } from "../../../src/host/job-run.js";
import { shardOf } from "../../../src/host/plan.js";
import { ResultReader, SpoiledResult } from "../../../src/host/result-reader.js";
import type { Places, SegmentInputs } from "../../../src/host/segment-inputs.js";
import { commitSplit, commitVerdict } from "../../../src/host/verdict.js";
import type { Failure } from "../../../src/wire/failure.js";
import { resultKey } from "../../../src/wire/keys.js";
import { decodeResult } from "../../../src/wire/read-result.js";
import { encodeResult, type Piece, type ShardResult } from "../../../src/wire/result.js";
import { newJobRun } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";

const CALLS = 8;
const KEY = resultKey("job-1", "0000000");
const LOST: Failure = { kind: "lost", exitCode: 3 };

let store: MemoryStore;
let run: JobRun;
let reader: ResultReader;
let task: Task;
let segment: SegmentInputs;
let places: Places;

beforeEach(() => {
  store = new MemoryStore();
  run = newJobRun(CALLS, { store });
  reader = new ResultReader(run, [1, 1]);
  segment = run.inputs as SegmentInputs;
  places = { first: 0, starts: segment.starts as Float64Array };
  task = newTask({ shard: shardOf("0000000", 2, 4, places), segment, attempt: 2 });
});

function cut(attempt = 3): Piece[] {
  return [shardOf("x", 2, 1, places), shardOf("y", 3, 3, places)].map((shard) => ({ ...shard, attempt }));
}

function resultOf(values: unknown[], fields: Partial<ShardResult> = {}): Uint8Array {
  const calls = values.map((value) => ({ ok: true, runMs: 1, startMs: 0, attempts: 1, bytes: encode(value) }));
  const header = { jobId: "job-1", shard: "0000000", attemptId: "a", attempt: 1, worker: "process 1" };
  const whole = { ...header, startedAt: 0, fetchMs: 0, output: {}, count: values.length, calls, ...fields };
  return Buffer.concat(encodeResult(whole));
}

const statuses = () => Array.from({ length: CALLS }, (_, i) => run.outcomes.outcome(i)?.status);
const resultAt = (index: number) => (run.outcomes.outcome(index) as { value?: unknown } | undefined)?.value;
const reasonOf = (index: number) => (run.outcomes.outcome(index) as { reason?: Error } | undefined)?.reason;

describe("looking", () => {
  it("settles the shard's calls from the stored object, and no others", async () => {
    await store.put(KEY, resultOf(["a", "b", "c", "d"]));
    expect(await reader.look(task, undefined)).toEqual([]);
    expect(statuses()).toEqual([undefined, undefined, ...Array(4).fill("fulfilled"), undefined, undefined]);
    expect([2, 3, 4, 5].map(resultAt)).toEqual(["a", "b", "c", "d"]);
  });

  it("takes the object that rides in the answer without asking the store", async () => {
    await reader.look(task, { attemptId: "a", result: resultOf([1, 2, 3, 4]), writeMs: 7 });
    expect(resultAt(5)).toBe(4);
    expect(run.times.shards).toMatchObject([{ shard: "0000000", first: 2, writeMs: 7, worker: "process 1" }]);
  });

  it("knows when the shard was stored, though its last call was not the last to end", async () => {
    const call = { ok: true, startMs: 0, attempts: 1, bytes: encode(1) };
    const calls = [50, 70, 20, 10].map((runMs) => ({ ...call, runMs }));
    const result = resultOf([1, 2, 3, 4], { startedAt: 1000, calls });
    await reader.look(task, { attemptId: "a", result, writeMs: 5 });
    expect(run.times.shards[0]?.noticedAt).toBe(1075);
  });

  it("twice settles once: what came first stands", async () => {
    await reader.look(task, { attemptId: "a", result: resultOf([1, 2, 3, 4]), writeMs: 0 });
    await reader.look(task, { attemptId: "a", result: resultOf([5, 6, 7, 8]), writeMs: 0 });
    expect([2, 3, 4, 5].map(resultAt)).toEqual([1, 2, 3, 4]);
    expect(run.outcomes.done).toBe(4);
  });

  it("refuses when there is no object, so that the shard is tried again", async () => {
    await expect(reader.look(task, undefined)).rejects.toMatchObject({ kind: "store", transient: true });
    expect(run.outcomes.done).toBe(0);
  });

  it("takes nothing from a damaged object", async () => {
    const object = resultOf([1, 2, 3, 4]);
    object[object.length - 1] = (object.at(-1) as number) ^ 1;
    await store.put(KEY, object);
    const looked = reader.look(task, { attemptId: "a", result: object, writeMs: 0 });
    await expect(looked).rejects.toBeInstanceOf(SpoiledResult);
    expect(run.outcomes.done).toBe(0);
  });

  it.each<[string, Partial<ShardResult>]>([
    ["job", { jobId: "job-2" }],
    ["shard", { shard: "0000001" }],
    ["number of calls", { count: 3 }],
  ])("takes nothing from the object of another %s", async (_what, fields) => {
    const values = [1, 2, 3, 4].slice(0, fields.count);
    const object = resultOf(values, fields);
    await store.put(KEY, object);
    const looked = reader.look(task, { attemptId: "a", result: object, writeMs: 0 });
    await expect(looked).rejects.toMatchObject({
      error: { message: expect.stringContaining("is not that of this shard") },
    });
    expect(await reader.lookAgain(task)).toBeUndefined();
    expect(run.outcomes.done).toBe(0);
  });

  it("takes the stored object when another attempt's rides in the answer", async () => {
    await store.put(KEY, resultOf([5, 6, 7, 8], { attemptId: "b" }));
    await reader.look(task, { attemptId: "a", result: resultOf([1, 2, 3, 4], { attemptId: "c" }), writeMs: 0 });
    expect([2, 3, 4, 5].map(resultAt)).toEqual([5, 6, 7, 8]);
  });

  it("reads again what a store shows too late, or too old", async () => {
    const { get } = store;
    const seen = [undefined, resultOf([0, 0, 0, 0], { jobId: "job-2" }), resultOf([1, 2, 3, 4])];
    store.get = async () => seen.shift();
    await reader.look(task, undefined);
    store.get = get;
    expect([2, 3, 4, 5].map(resultAt)).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, unknown]>([
    ["no pieces", []],
    ["one piece, which is all of it", [{ name: "x", first: 2, count: 4 }]],
    [
      "a gap",
      [
        { name: "x", first: 2, count: 1 },
        { name: "y", first: 4, count: 2 },
      ],
    ],
    [
      "too few calls",
      [
        { name: "x", first: 2, count: 1 },
        { name: "y", first: 3, count: 1 },
      ],
    ],
    [
      "no calls",
      [
        { name: "x", first: 2, count: 0 },
        { name: "y", first: 2, count: 4 },
      ],
    ],
    ["no list", { length: 2 }],
  ])("takes no split with %s", async (_what, split) => {
    await store.put(KEY, resultOf([], { split: split as Piece[] }));
    await expect(reader.look(task, undefined)).rejects.toBeInstanceOf(SpoiledResult);
  });

  it("fails only the call whose value cannot be decoded", async () => {
    const calls = [encode(1), new Uint8Array([99, 1, 2]), encode(3), new Uint8Array(0)];
    const rows = calls.map((bytes) => ({ ok: true, runMs: 1, startMs: 0, attempts: 1, bytes }));
    await reader.look(task, { attemptId: "a", result: resultOf([], { calls: rows, count: 4 }), writeMs: 0 });
    expect(statuses().slice(2, 6)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
    expect(reasonOf(3)).toMatchObject({
      code: "CODEC",
      message: expect.stringContaining("result of call 3 of job job-1"),
    });
  });

  it("tells of progress once per shard, and wakes those who wait", async () => {
    let told = 0;
    run.onProgress = () => told++;
    const changed = run.outcomes.changed();
    await reader.look(task, { attemptId: "a", result: resultOf([1, 2, 3, 4]), writeMs: 0 });
    await changed;
    expect(told).toBe(1);
  });

  it("hands on the output, and the mapped stack of what was thrown", async () => {
    const mapped = new ResultReader({ ...run, mapStack: (stack) => `mapped ${stack}` });
    const failure: Failure = {
      kind: "thrown",
      className: "E",
      summary: "E: m",
      value: encode(new Error("m")),
      omitted: [],
    };
    const call = { ok: false, runMs: 1, startMs: 0, attempts: 1, bytes: encode(failure) };
    const output = { 1: { stdout: "hello", stderr: "" } };
    await mapped.look(task, {
      attemptId: "a",
      result: resultOf([], { calls: Array(4).fill(call), count: 4, output }),
      writeMs: 0,
    });
    expect(run.outcomes.output(3)).toEqual({ stdout: "hello", stderr: "" });
    expect(run.outcomes.output(2)).toEqual({ stdout: "", stderr: "" });
    expect(reasonOf(3)).toMatchObject({ index: 3, className: "E", output: { stdout: "hello" } });
    expect((reasonOf(3) as CallError).cause).toMatchObject({ stack: expect.stringMatching(/^mapped Error: m/) });
  });
});

describe("a verdict", () => {
  it("is stored and fails every call of the shard", async () => {
    expect(await commitVerdict(run, reader, task, { failure: LOST })).toEqual([]);
    expect(statuses()).toEqual([undefined, undefined, ...Array(4).fill("rejected"), undefined, undefined]);
    expect(reasonOf(2)).toMatchObject({ code: "WORKER_LOST", index: 2, attempts: 2, exitCode: 3 });
    expect(decodeResult((await store.get(KEY)) as Uint8Array, KEY)).toMatchObject({ worker: "host", count: 4 });
    expect(run.times.shards).toEqual([]);
  });

  it("gives way to a result that was stored before it", async () => {
    await store.put(KEY, resultOf([1, 2, 3, 4]));
    await commitVerdict(run, reader, task, { failure: LOST });
    expect([2, 3, 4, 5].map(resultAt)).toEqual([1, 2, 3, 4]);
  });

  it("gives way to a split that another host stored before it, and leaves its pieces to run", async () => {
    const split = cut();
    await store.put(KEY, resultOf([], { split }));
    const left = await commitVerdict(run, reader, task, { failure: LOST });
    expect(left.map(({ shard, attempt }) => ({ ...shard, attempt }))).toEqual(split);
    expect(run.outcomes.done).toBe(0);
  });

  it("stands all the same when the store does not take it", async () => {
    store.putIfAbsent = async () => {
      throw new StoreError("full");
    };
    expect(await commitVerdict(run, reader, task, { failure: LOST })).toEqual([]);
    expect(statuses().slice(2, 6)).toEqual(Array(4).fill("rejected"));
  });
});

describe("what a call had printed", () => {
  const output = { stdout: "step 1", stderr: "" };

  it("is stored with the verdict on a call that stands alone, and settles with it", async () => {
    const alone = newTask({ shard: shardOf("0000000.3-1", 3, 1, places), segment });
    await commitVerdict(run, reader, alone, { failure: LOST, output });
    expect(run.outcomes.output(3)).toEqual(output);
    expect(reasonOf(3)).toMatchObject({ code: "WORKER_LOST", output, message: expect.stringContaining("  | step 1") });
  });

  it("is nobody's where nobody knows which call printed it", async () => {
    await commitVerdict(run, reader, task, { failure: LOST, output });
    expect(run.outcomes.output(2)).toEqual({ stdout: "", stderr: "" });
  });
});

describe("a split", () => {
  const split = (suspect: number | undefined, failure?: Failure) =>
    commitSplit(run, reader, task, { kind: "split", suspect, verdict: failure && { failure } });

  it("is stored and leaves its pieces to run, at the next attempt", async () => {
    const left = await split(undefined);
    expect(left.map(({ shard }) => [shard.first, shard.count])).toEqual([
      [2, 2],
      [4, 2],
    ]);
    expect(left.every(({ attempt, tries }) => attempt === 3 && tries === 0)).toBe(true);
    const record = decodeResult((await store.get(KEY)) as Uint8Array, KEY);
    expect(record.split).toEqual(left.map(({ shard, attempt }) => ({ ...shard, attempt })));
    expect(run.outcomes.done).toBe(0);
  });

  it("counts no attempt for the calls behind the suspect, which have not run", async () => {
    expect((await split(3)).map(({ attempt }) => attempt)).toEqual([3, 3, 2, 2]);
  });

  it("gives the suspect, and nobody else, more memory when that is what it lacked", async () => {
    const left = await commitSplit(run, reader, task, {
      kind: "split",
      suspect: 3,
      verdict: undefined,
      moreMemory: true,
    });
    expect(left.map(({ memoryLevel }) => memoryLevel)).toEqual([0, 1, 0, 0]);
  });

  it("counts an attempt for all of them where calls run at once", async () => {
    run = newJobRun(CALLS, { store, settings: { ...run.settings, concurrentCalls: 2 } });
    reader = new ResultReader(run, [1, 1]);
    expect((await split(3)).map(({ attempt }) => attempt)).toEqual([3, 3, 3, 3]);
  });

  it("with a verdict on the suspect fails that call at once and leaves the others", async () => {
    const left = await split(3, LOST);
    expect(left.map(({ shard }) => [shard.first, shard.count])).toEqual([
      [2, 1],
      [4, 1],
      [5, 1],
    ]);
    expect(reasonOf(3)).toMatchObject({ code: "WORKER_LOST", attempts: 2 });
    expect(run.outcomes.done).toBe(1);
  });

  it("gives way to a result that was stored before it, verdict and all", async () => {
    await store.put(KEY, resultOf([1, 2, 3, 4]));
    expect(await split(3, LOST)).toEqual([]);
    expect(resultAt(3)).toBe(2);
  });

  it("goes on without a record when the store does not take it", async () => {
    store.putIfAbsent = async () => {
      throw new StoreError("full");
    };
    expect(await split(undefined)).toHaveLength(2);
  });
});
