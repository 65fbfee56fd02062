/** What a worker process sends may come from the user's function: nothing of it may harm the host. */
import { describe, expect, it } from "vitest";
import { readFromWorker, readStatusLine } from "../../../src/wire/read-messages.js";

describe("a message", () => {
  it.each([
    undefined,
    null,
    0,
    "ready",
    true,
    [],
    {},
    { type: 5 },
    { type: "run" },
    { type: "done" },
    { type: "failed", attemptId: 5 },
    { attemptId: "a" },
  ])("%j is not ours", (message) => expect(readFromWorker(message)).toBeUndefined());

  it("of ours passes as it is", () => {
    const failure = { code: "STORE", message: "m", retire: false };
    for (const message of [
      { type: "ready" },
      { type: "done", attemptId: "a", answer: { attemptId: "a", result: undefined, writeMs: 1 }, retire: false },
      { type: "failed", attemptId: "a", failure },
    ])
      expect(readFromWorker(message)).toBe(message);
  });
});

describe("a line of the status pipe", () => {
  it.each(["", "garbage", "null", "5", "{}", "[]", '{"type":"done"}', '{"type":{}}', '{"type":"exit"'])(
    "%j is not ours",
    (line) => expect(readStatusLine(line)).toBeUndefined(),
  );

  it.each([
    { type: "running", index: 3 },
    { type: "timeout", index: 3 },
    { type: "memory", index: 0 },
    { type: "exit", index: null, code: 1 },
    { type: "deadline", index: null },
    { type: "retired", index: null },
  ])("%j is ours", (status) => expect(readStatusLine(JSON.stringify(status))).toEqual(status));
});
