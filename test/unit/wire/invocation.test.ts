import { describe, expect, it } from "vitest";
import { VersionError } from "../../../src/errors.js";
import {
  decodeAnswer,
  decodeNote,
  decodeRequest,
  encodeAnswer,
  encodeNote,
  encodeRequest,
} from "../../../src/wire/invocation.js";
import { newRequest } from "../../support/job-runs.js";

const request = newRequest({ name: "0000001", first: 3, count: 2, byteStart: 10, byteEnd: 40 });
const asBytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe("a request", () => {
  it("comes back equal", () => {
    for (const inputs of [undefined, Buffer.from([0, 1, 254, 255])]) {
      const full = { ...request, timeoutMs: 5, env: { A: "b" }, inputs };
      expect(decodeRequest(JSON.parse(encodeRequest(full)))).toEqual(full);
    }
  });

  it("of another version is refused", () => {
    expect(() => decodeRequest({ ...request, version: 99 })).toThrow(VersionError);
  });

  it.each([[null], [undefined], [{}], ["text"], [{ version: 1 }], [{ Records: [] }]])("is not what %j is", (event) => {
    expect(() => decodeRequest(event)).toThrow(/no request of nodewren/);
  });
});

describe("an answer", () => {
  it("comes back equal, with the result's bytes or without", () => {
    const memory = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
    for (const result of [undefined, memory.subarray(7, 290)]) {
      const answer = { attemptId: "a", result, writeMs: 1.5 };
      const decoded = decodeAnswer(asBytes(encodeAnswer({ answer }))) as { answer: typeof answer };
      expect({ ...decoded.answer, result: undefined }).toEqual({ ...answer, result: undefined });
      expect(decoded.answer.result && [...decoded.answer.result]).toEqual(result && [...result]);
    }
  });

  it("may be a failure", () => {
    const failure = { code: "STORE", message: "no store", retire: false };
    expect(decodeAnswer(asBytes(encodeAnswer({ failure })))).toEqual({ failure });
  });

  it.each(["", "null", "<html>", '{"answer":{}}', '"text"', '{"errorType":"Error"}'])("is not what %s is", (text) => {
    expect(decodeAnswer(Buffer.from(text))).toBeUndefined();
  });
});

describe("a note", () => {
  it("comes back equal", () => {
    const note = { type: "death", status: { type: "timeout", index: 4 } } as const;
    expect(decodeNote(encodeNote(note))).toEqual(note);
  });

  it.each(["", "null", "7", '{"type":"other"}'])("is not what %s is", (text) => {
    expect(decodeNote(Buffer.from(text))).toBeUndefined();
  });
});
