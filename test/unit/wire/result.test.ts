import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StoreError, VersionError } from "../../../src/errors.js";
import { decodeHead, decodeResult, headBytesOf } from "../../../src/wire/read-result.js";
import { type CallUsage, encodeResult, type ShardResult } from "../../../src/wire/result.js";

/** On a failure fast-check prints the seed and the path; give them here to run the same case again. */
const parameters = { numRuns: 200 };

const call = fc.record({
  ok: fc.boolean(),
  runMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  startMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  attempts: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  bytes: fc.uint8Array({ maxLength: 100 }),
});
const text = fc.string({ unit: "binary", maxLength: 50 });

const anyResult = fc
  .record({
    jobId: text,
    shard: text,
    attemptId: text,
    attempt: fc.integer({ min: 1, max: 200 }),
    worker: text,
    startedAt: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    fetchMs: fc.nat(),
    output: fc.dictionary(fc.nat(50).map(String), fc.record({ stdout: text, stderr: text }), { noNullPrototype: true }),
    calls: fc.array(call, { maxLength: 50 }),
  })
  .map((result): ShardResult => ({ ...result, count: result.calls.length }));

function bytesOf(result: ShardResult): Uint8Array {
  return Buffer.concat(encodeResult(result));
}

const EXAMPLE: ShardResult = {
  jobId: "job-1",
  shard: "0000000",
  attemptId: "attempt-1",
  attempt: 1,
  worker: "process 1",
  startedAt: 1.5,
  fetchMs: 0.25,
  count: 2,
  output: { 1: { stdout: "out\n", stderr: "" } },
  calls: [
    { ok: true, runMs: 1.25, startMs: 0.5, attempts: 1, bytes: new Uint8Array([1, 2, 3]) },
    { ok: false, runMs: 0, startMs: 2, attempts: 3, bytes: new Uint8Array(0) },
  ],
};

describe("any result", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const { calls, ...header } = decodeResult(bytesOf(result), "key");
        const { calls: expected, ...expectedHeader } = result;
        expect(header).toEqual(JSON.parse(JSON.stringify(expectedHeader)));
        expect(calls.map((one) => ({ ...one, bytes: [...one.bytes] }))).toMatchObject(
          expected.map((one) => ({ ...one, bytes: [...one.bytes] })),
        );
      }),
      parameters,
    );
  });

  it("comes back from memory that begins anywhere", () => {
    const padded = Buffer.concat([Buffer.from("abc"), bytesOf(EXAMPLE), Buffer.from("xyz")]);
    const { calls } = decodeResult(padded.subarray(3, padded.length - 3), "key");
    expect(calls.map(({ bytes }) => [...bytes])).toEqual([[1, 2, 3], []]);
  });
});

it("notices a change of any one bit", () => {
  const object = bytesOf(EXAMPLE);
  for (let at = 0; at < object.byteLength; at++)
    for (const bit of [1, 128]) {
      const changed = Uint8Array.from(object);
      changed[at] = (changed[at] as number) ^ bit;
      expect(() => decodeResult(changed, "key"), `byte ${at}`).toThrow(at === 0 ? VersionError : StoreError);
    }
});

it("notices every cut, and what was added", () => {
  const object = bytesOf(EXAMPLE);
  expect(() => decodeResult(object.subarray(0, 0), "key")).toThrow();
  for (let size = 1; size < object.byteLength; size++)
    expect(() => decodeResult(object.subarray(0, size), "key"), `${size} bytes`).toThrow(StoreError);
  expect(() => decodeResult(Buffer.concat([object, Buffer.from([0])]), "key")).toThrow(StoreError);
});

it("names the object, and the version that it found", () => {
  const object = bytesOf(EXAMPLE);
  object[40] = (object[40] as number) ^ 1;
  expect(() => decodeResult(object, "jobs/j/results/0")).toThrow(/jobs\/j\/results\/0 is damaged/);
  object[0] = 99;
  expect(() => decodeResult(object, "jobs/j/results/0")).toThrow(/jobs\/j\/results\/0 has format version 99/);
});

describe("the head of a result", () => {
  const object = bytesOf(EXAMPLE);
  const bytes = headBytesOf(object) as number;

  it("is the object without its values, and tells all but these", () => {
    expect(bytes).toBe(object.byteLength - 3);
    expect(headBytesOf(object.subarray(0, 60))).toBeUndefined();
    const { calls, valuesStart, ...header } = decodeHead(object.subarray(0, bytes), "key");
    const { calls: _, ...expected } = EXAMPLE;
    expect(header).toEqual(expected);
    expect(valuesStart).toBe(bytes);
    expect(calls).toMatchObject([
      { ok: true, runMs: 1.25, size: 3, bytes: undefined },
      { ok: false, attempts: 3, size: 0 },
    ]);
    expect(decodeHead(object, "key").calls).toEqual(calls);
  });

  it("is refused when any byte of it differs, or is missing", () => {
    for (let at = 1; at < bytes; at++) {
      const changed = Uint8Array.from(object.subarray(0, bytes));
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => decodeHead(changed, "key"), `byte ${at}`).toThrow(StoreError);
      expect(() => decodeHead(object.subarray(0, at), "key"), `${at} bytes`).toThrow(StoreError);
    }
  });

  it("has the sizes of the parts that are stored instead of values", () => {
    const parts = [new Uint8Array(5), new Uint8Array(0), new Uint8Array(7)];
    const divided = Buffer.concat(encodeResult(EXAMPLE, parts));
    expect(decodeHead(divided, "key")).toMatchObject({ keyParts: [5, 0, 7], valuesStart: divided.byteLength - 12 });
    expect(decodeResult(divided, "key").calls.map((call) => call.bytes.byteLength)).toEqual([0, 0]);
  });
});

it("keeps a split record, which has no calls", () => {
  const split = [{ name: "0.0", first: 0, count: 2, byteStart: 0, byteEnd: 9, attempt: 1 }];
  expect(decodeResult(bytesOf({ ...EXAMPLE, count: 0, calls: [], split }), "key")).toMatchObject({ split, calls: [] });
});

it("carries what each call took of its worker, to a microsecond; an object without that has none", () => {
  const usages = [
    { cpuMs: 1.2345678, idleMs: 0, coreWaitMs: 3.5 },
    { cpuMs: 0, idleMs: 20.001, coreWaitMs: 0 },
  ];
  const calls = EXAMPLE.calls.map((call, i) => ({ ...call, usage: usages[i] as CallUsage }));
  const read = decodeResult(bytesOf({ ...EXAMPLE, sharedCores: 2, calls }), "key");
  expect(read.sharedCores).toBe(2);
  expect(read.usage).toEqual({ cpuUs: [1235, 0], idleUs: [0, 20_001], coreWaitUs: [3500, 0] });
  expect(decodeResult(bytesOf(EXAMPLE), "key")).not.toHaveProperty("usage");
});

describe("calls that failed alike", () => {
  const bytes = new Uint8Array(1000).fill(7);
  const failed = (fields = {}) => ({ ok: false, runMs: 0, startMs: 1, attempts: 1, bytes, ...fields });

  it("share what they failed of, which is stored once", () => {
    const calls = [failed(), failed(), failed({ startMs: 2 }), failed({ bytes: bytes.slice() })];
    const result = { ...EXAMPLE, calls, count: 4 };
    expect(bytesOf(result).byteLength).toBeLessThan(2500);
    const read = decodeResult(bytesOf(result), "key").calls;
    expect(read.map((call) => [call.ok, call.startMs, [...call.bytes]])).toEqual(
      calls.map((call) => [false, call.startMs, [...bytes]]),
    );
  });

  it("are not taken for calls with a value", () => {
    const calls = [{ ...failed(), ok: true }, failed(), { ...failed(), ok: true }];
    const read = decodeResult(bytesOf({ ...EXAMPLE, calls, count: 3 }), "key").calls;
    expect(read.map(({ ok, bytes: { byteLength } }) => [ok, byteLength])).toEqual([
      [true, 1000],
      [false, 1000],
      [true, 1000],
    ]);
  });
});
