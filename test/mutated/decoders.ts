/**
 * Decoders of what a store or a channel gives, with objects that nodewren wrote, changed at random. What comes of one is
 * a value, or an error of the kind that the decoder tells of; anything else is a finding.
 */
import { decode, encode } from "../../src/codec/codec.js";
import { CodecError, NodewrenError, StoreError, VersionError } from "../../src/errors.js";
import { encodeFromWorker, FromWorkerReader } from "../../src/wire/channel.js";
import { errorOf } from "../../src/wire/error-of.js";
import { BrokenFrame } from "../../src/wire/frames.js";
import { InputsWriter, readInputs, startsOf } from "../../src/wire/inputs.js";
import { decodeAnswer, decodeNote, decodeRequest, encodeAnswer, encodeNote } from "../../src/wire/invocation.js";
import {
  decodeJobRecord,
  decodeSegment,
  decodeStreamEnd,
  encodeJobRecord,
  encodeSegment,
  encodeStreamEnd,
  type Segment,
} from "../../src/wire/job-record.js";
import { readFailure } from "../../src/wire/read-failure.js";
import { decodeResultOf } from "../../src/wire/read-result.js";
import { readBeat, readStatusLine } from "../../src/wire/read-status.js";
import { digest, encodeResult, HEAD_BYTES_AT, HEADER_AT, VALUES_DIGEST_AT } from "../../src/wire/result.js";
import { readStatusFromLog, statusForLog } from "../../src/wire/status-log.js";
import { mutated, mutatedJson } from "./mutate.js";
import { CALLS, failures, message, note, record, request, result, SHARD, status, values } from "./samples.js";
import { changedJson, type Target } from "./target.js";

const IDENTITY = { jobId: "job-1", index: 0, attempts: 1 };
const NO_OUTPUT = { stdout: "", stderr: "" };

const encodedValues = values.map((value) => encode(value));
const encodedFailures = failures.map((failure) => encode(failure));
const recordBytes = encodeJobRecord(record);
const resultBytes = Buffer.concat(encodeResult(result(encodedValues, encodedFailures)));
const inputs = (() => {
  const writer = new InputsWriter();
  for (const one of encodedValues) writer.add(one);
  return Buffer.concat(writer.finish().pieces);
})();

function readResult(object: Uint8Array): void {
  const found = decodeResultOf({ jobId: "job-1", shard: SHARD }, object, "key");
  for (const [at, call] of found.calls.entries()) {
    const output = found.output[at] ?? NO_OUTPUT;
    if (typeof output.stdout !== "string" || typeof output.stderr !== "string") throw new Error("output is no text");
    try {
      if (call.ok) decode(call.bytes);
      else settle(readFailure(decode(call.bytes)));
    } catch (error) {
      if (!(error instanceof CodecError || error instanceof VersionError)) throw error;
    }
  }
}

function settle(failure: Parameters<typeof errorOf>[0]): void {
  const error = errorOf(failure, IDENTITY, NO_OUTPUT);
  if (!(error instanceof NodewrenError)) throw new Error("a failure makes no error of ours");
  if (typeof error.message !== "string" || typeof error.stack !== "string") throw new Error("the error has no message");
}

/** The digests as a writer of the bucket would put them there. */
function sealed(object: Buffer): Buffer {
  if (object.length < HEADER_AT) return object;
  const valuesStart = object.readUInt32LE(HEAD_BYTES_AT);
  digest([object.subarray(valuesStart)]).copy(object, VALUES_DIGEST_AT);
  digest([object.subarray(VALUES_DIGEST_AT, valuesStart)]).copy(object, 1);
  return object;
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

export const ofJobs: Target[] = [
  {
    name: "a value",
    throws: [CodecError, VersionError],
    run: (random) => void decode(mutated(random.one(encodedValues), random)),
  },
  {
    name: "a failure",
    throws: [CodecError, VersionError],
    run: (random) => settle(readFailure(decode(mutated(random.one(encodedFailures), random)))),
  },
  {
    name: "a failure of other fields",
    throws: [CodecError, VersionError],
    run: (random) => settle(readFailure(mutatedJson(random.one(failures), random))),
  },
  {
    name: "a result",
    throws: [StoreError, VersionError],
    run: (random) => readResult(mutated(resultBytes, random)),
  },
  {
    name: "a result with its digest",
    throws: [StoreError, VersionError],
    run: (random) => readResult(sealed(mutated(resultBytes, random))),
  },
  {
    name: "a result with other fields in its header",
    throws: [StoreError, VersionError],
    run: (random) => {
      const { calls, ...header } = result(encodedValues, encodedFailures);
      const changed = mutatedJson(header, random);
      if (typeof changed !== "object" || changed === null) return;
      readResult(Buffer.concat(encodeResult({ ...(changed as typeof header), calls })));
    },
  },
  {
    name: "a record",
    throws: [StoreError, VersionError],
    run: (random) => void decodeJobRecord(mutated(recordBytes, random), "key"),
  },
  {
    name: "a record with other fields",
    throws: [StoreError, VersionError],
    run: (random) => void decodeJobRecord(Buffer.from(changedJson(record, random)), "key"),
  },
  {
    name: "a segment of a stream",
    throws: [StoreError],
    run: (random) => {
      const [segment] = record.segments as [Segment];
      decodeSegment(Buffer.from(changedJson(segment, random)), "key");
      decodeSegment(mutated(encodeSegment(segment), random), "key");
    },
  },
  {
    name: "the end of a stream",
    throws: [StoreError],
    run: (random) => {
      const end = { segments: 3, failure: random.one([null, "its source threw"]) };
      decodeStreamEnd(Buffer.from(changedJson(end, random)), "key");
      decodeStreamEnd(mutated(encodeStreamEnd(end), random), "key");
    },
  },
  {
    name: "inputs",
    throws: [StoreError],
    run: (random) => {
      const object = mutated(inputs, random);
      for (const one of readInputs(object, CALLS)) one.byteLength;
      startsOf(object, CALLS);
    },
  },
  {
    name: "a frame of a worker",
    throws: [BrokenFrame, TypeError],
    run: (random) => {
      const reader = new FromWorkerReader();
      const bytes = mutated(Buffer.concat(encodeFromWorker(random.one(message))), random);
      const cut = random.integer(bytes.length + 1);
      reader.add(bytes.subarray(0, cut));
      reader.add(bytes.subarray(cut));
    },
  },
  {
    name: "an answer",
    throws: [],
    run: (random) => {
      const whole = { answer: { attemptId: "a", writeMs: 1, result: resultBytes.subarray(0, 99) } };
      decodeAnswer(Buffer.from(changedJson(encodeAnswer(whole), random)));
      decodeAnswer(mutated(Buffer.from(JSON.stringify(encodeAnswer(whole))), random));
    },
  },
  {
    name: "a note",
    throws: [],
    run: (random) => {
      decodeNote(mutated(encodeNote(random.one(note)), random));
      decodeNote(Buffer.from(changedJson(random.one(note), random)));
    },
  },
  {
    name: "a request",
    throws: [TypeError, VersionError],
    run: (random) => void decodeRequest(mutatedJson(request, random)),
  },
  {
    name: "a line of a status pipe or log",
    throws: [],
    run: (random) => {
      const line = text(mutated(Buffer.from(JSON.stringify(random.one(status))), random));
      readStatusLine(line);
      readBeat(line);
      readStatusFromLog(text(mutated(Buffer.from(statusForLog(random.one(status))), random)));
    },
  },
];
