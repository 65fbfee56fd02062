/** What comes on a worker's channel may have been written by the user's function: nothing of it may harm the host. */
import { describe, expect, it } from "vitest";
import { encodeFromWorker, encodeToWorker, FromWorkerReader, ToWorkerReader } from "../../../src/wire/channel.js";
import { encodeFrame } from "../../../src/wire/frames.js";
import { type FromWorker, MAX_ANSWER_BYTES, type ToWorker } from "../../../src/wire/messages.js";
import { newRequest } from "../../support/job-runs.js";

const join = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces);
const SHARD = { name: "0000000", first: 0, count: 2, byteStart: 0, byteEnd: 20 };

const FROM_WORKER: FromWorker[] = [
  { type: "ready" },
  { type: "done", attemptId: "a", answer: { attemptId: "a", result: undefined, writeMs: 1 }, retire: false },
  { type: "done", attemptId: "b", answer: { attemptId: "b", result: Buffer.from([1, 2]), writeMs: 0.5 }, retire: true },
  {
    type: "done",
    attemptId: "c",
    answer: { attemptId: "c", result: Buffer.from([3]), isUnstored: true, writeMs: 0 },
    retire: false,
  },
  { type: "failed", attemptId: "a", failure: { code: "STORE", message: "größer", retire: false } },
];

const TO_WORKER: ToWorker[] = [
  { type: "run", request: newRequest(SHARD) },
  { type: "run", request: newRequest(SHARD, { inputs: Buffer.from([7, 8, 9]) }) },
  { type: "cancel", attemptId: "a" },
];

/** As JSON and bytes, so that fields without a value do not count. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("messages", () => {
  it.each([1, 3, 5, 1000])("arrive as they were sent, in chunks of %d bytes", (size) => {
    const bytes = join(FROM_WORKER.flatMap(encodeFromWorker));
    const reader = new FromWorkerReader();
    const got: FromWorker[] = [];
    for (let at = 0; at < bytes.length; at += size) got.push(...reader.add(bytes.subarray(at, at + size)));
    expect(plain(got)).toEqual(plain(FROM_WORKER));
  });

  it("of the host arrive with the inputs that ride along", () => {
    const got = new ToWorkerReader().add(join(TO_WORKER.flatMap(encodeToWorker)));
    expect(plain(got)).toEqual(plain(TO_WORKER));
  });
});

describe("anything else", () => {
  it.each<[string, Uint8Array]>([
    ["bytes without the mark", Buffer.from([0, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8])],
    ["text", Buffer.from("this is no frame at all")],
    ["bytes between two messages", join([...encodeFromWorker({ type: "ready" }), Buffer.from("hello, hello")])],
    ["a frame of no JSON", join(encodeFrame({ type: "ready" })).fill("{", 12)],
    ["a body that is too large", join(encodeFrame({ type: "ready" }, new Uint8Array(MAX_ANSWER_BYTES + 1)))],
    ...[
      {},
      { type: 5 },
      { type: "run" },
      { type: "done" },
      { type: "done", attemptId: "a" },
      { type: "done", attemptId: "a", writeMs: "1", retire: false, hasResult: false },
      { type: "done", attemptId: "a", writeMs: 1, isUnstored: "yes", retire: false, hasResult: false },
      { type: "done", attemptId: 5, writeMs: 1, retire: false, hasResult: false },
      { type: "failed", attemptId: "a", failure: null },
      { type: "failed", attemptId: "a", failure: { code: 1, message: "m", retire: false } },
      { attemptId: "a" },
    ].map((json): [string, Uint8Array] => [JSON.stringify(json), join(encodeFrame(json))]),
  ])("%s is noticed", (_what, bytes) => {
    expect(() => new FromWorkerReader().add(Buffer.from(bytes))).toThrow();
  });
});
