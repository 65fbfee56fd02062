/** What a worker process tells of itself may come from the user's function: nothing of it may harm the host. */
import { describe, expect, it } from "vitest";
import { readBeat, readPrinted, readStatusLine } from "../../../src/wire/read-status.js";

describe("a line of the status pipe", () => {
  it.each([
    "",
    "garbage",
    "null",
    "5",
    "{}",
    "[]",
    '{"type":"done"}',
    '{"type":{}}',
    '{"type":"exit"',
    '{"type":"exit","index":"5"}',
    '{"type":"running"}',
    '{"type":"beat"}',
    '{"type":"beat","taken":"1"}',
    '{"type":"printed","attemptId":"a","index":0,"stream":"stdin","text":""}',
    '{"type":"printed","attemptId":"a","index":"0","stream":"stdout","text":""}',
    '{"type":"printed","attemptId":"a","index":0,"stream":"stdout","text":{}}',
    '{"type":"printed","attemptId":1,"index":0,"stream":"stdout","text":""}',
  ])("%j is not ours", (line) => {
    expect(readStatusLine(line)).toBeUndefined();
    expect(readBeat(line)).toBeUndefined();
    expect(readPrinted(line)).toBeUndefined();
  });

  it.each([
    { type: "running", index: 3 },
    { type: "running", index: null, during: "setup" },
    { type: "timeout", index: 3 },
    { type: "memory", index: 0 },
    { type: "exit", index: null, code: 1 },
    { type: "deadline", index: null },
    { type: "retired", index: null },
  ])("%j is ours", (status) => expect(readStatusLine(JSON.stringify(status))).toEqual(status));

  it("with a beat is no word of what runs", () => {
    const line = '{"type":"beat","taken":3}';
    expect(readBeat(line)).toEqual({ type: "beat", taken: 3 });
    expect(readStatusLine(line)).toBeUndefined();
  });
});
