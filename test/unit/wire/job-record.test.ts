import { expect, it } from "vitest";
import { StoreError, VersionError } from "../../../src/errors.js";
import { decodeJobRecord, encodeJobRecord, type JobRecord } from "../../../src/wire/job-record.js";
import { WIRE_VERSION } from "../../../src/wire/version.js";
import { retriesOf } from "../../support/job-runs.js";

const RECORD: JobRecord = {
  version: WIRE_VERSION,
  jobId: "job-1",
  createdAt: 1234.5,
  functionName: "naïve 😀",
  functionDigest: "0".repeat(64),
  setupDigests: [],
  calls: 3,
  packagesDigest: null,
  packagesRoot: "/home/user/project",
  segments: [
    { inputsBytes: 2 ** 40, shards: [{ name: "0000000", first: 0, count: 3, byteStart: 0, byteEnd: 2 ** 40 }] },
  ],
  concurrentCalls: 25,
  limitPerSecond: 0.5,
  timeoutMs: null,
  memoryMb: [512, 1024],
  retries: retriesOf(0),
  maxAttempts: 3,
  speculate: true,
  isStream: false,
  total: 3,
  fold: null,
  shuffle: null,
  delivery: null,
  completion: { minSuccessful: 2 },
  env: { set: ["A"], unset: ["B"] },
};

it("comes back as it was", () => {
  expect(decodeJobRecord(encodeJobRecord(RECORD), "key")).toEqual(RECORD);
});

it("of another version is refused, with both versions", () => {
  const other = encodeJobRecord({ ...RECORD, version: 99 });
  expect(() => decodeJobRecord(other, "jobs/j/job.json")).toThrow(VersionError);
  expect(() => decodeJobRecord(other, "jobs/j/job.json")).toThrow(/jobs\/j\/job.json has format version 99/);
});

it.each(["", "{", "not json", "null", "5", "[]"])("that is damaged (%j) is refused by name", (text) => {
  const read = () => decodeJobRecord(Buffer.from(text), "jobs/j/job.json");
  expect(read).toThrow(/jobs\/j\/job.json/);
  expect(read).toThrow(expect.toSatisfy((error) => error instanceof StoreError || error instanceof VersionError));
});

it.each<[string, object]>([
  ["segments", { segments: {} }],
  ["segments", { segments: [{ inputsBytes: 1, shards: [{ name: "0000000" }] }] }],
  ["functionDigest", { functionDigest: 5 }],
  ["retries", { retries: { ...retriesOf(1), limit: -1 } }],
  ["env", { env: null }],
  ["completion", { completion: { toleratedFailureCount: "1" } }],
  ["timeoutMs", { timeoutMs: "1" }],
  ["concurrentCalls", { concurrentCalls: 0 }],
  ["limitPerSecond", { limitPerSecond: -1 }],
])("whose field %s is missing or wrong is refused by that", (field, fields) => {
  const read = () => decodeJobRecord(encodeJobRecord({ ...RECORD, ...fields } as JobRecord), "jobs/j/job.json");
  expect(read).toThrow(`its field ${field} is missing or wrong`);
});

it("whose shards leave calls out is refused", () => {
  const read = () => decodeJobRecord(encodeJobRecord({ ...RECORD, calls: 4 }), "jobs/j/job.json");
  expect(read).toThrow(/not all its calls/);
});
