import { expect, it } from "vitest";
import { StoreError, VersionError } from "../../../src/errors.js";
import { decodeJobRecord, encodeJobRecord, type JobRecord } from "../../../src/wire/job-record.js";
import { WIRE_VERSION } from "../../../src/wire/version.js";

const RECORD: JobRecord = {
  version: WIRE_VERSION,
  jobId: "job-1",
  createdAt: 1234.5,
  functionName: "naïve 😀",
  functionDigest: "0".repeat(64),
  calls: 3,
  shards: [{ name: "0000000", first: 0, count: 3, byteStart: 0, byteEnd: 2 ** 40 }],
  timeoutMs: null,
  memoryMb: 512,
  retries: 0,
  maxAttempts: 3,
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
