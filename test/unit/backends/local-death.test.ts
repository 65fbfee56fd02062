import { describe, expect, it } from "vitest";
import { deathOf } from "../../../src/backends/local-death.js";
import type { Shard, StatusLine } from "../../../src/wire/messages.js";

const SHARD: Shard = { name: "0", first: 10, count: 5, byteStart: 0, byteEnd: 0 };
type Exit = Parameters<typeof deathOf>[0];

const EXIT: Exit = { code: 3, signal: null };
const KILLED = { code: null, signal: "SIGKILL" };
const ABORTED = { code: null, signal: "SIGABRT" };
const HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb7";

const kindOf = (exit: Exit, status: StatusLine | undefined, stderr = "") => deathOf(exit, status, stderr, SHARD);

describe("a worker's death", () => {
  it.each<[string, Exit, StatusLine | undefined, string, object]>([
    [
      "by its call's exit",
      EXIT,
      { type: "exit", index: 12, code: 3 },
      "",
      { kind: "exit", exitCode: 3, index: 12, certain: true },
    ],
    [
      "by an exit while no call ran",
      EXIT,
      { type: "exit", index: null, code: 3 },
      "",
      { kind: "exit", index: undefined, certain: false },
    ],
    [
      "by an exit whose code the worker alone tells",
      { code: null, signal: null },
      { type: "exit", index: 12, code: 0 },
      "",
      { kind: "exit", exitCode: 0, index: 12, certain: true },
    ],
    ["by an exit without a word", EXIT, undefined, "", { kind: "exit", exitCode: 3, index: undefined, certain: false }],
    ["by its time limit", KILLED, { type: "timeout", index: 14 }, "", { kind: "timeout", index: 14, certain: true }],
    ["by its memory limit", KILLED, { type: "memory", index: 10 }, "", { kind: "memory", index: 10, certain: true }],
    [
      "by a full heap while a call ran",
      ABORTED,
      { type: "running", index: 11 },
      HEAP,
      { kind: "memory", index: 11, certain: false },
    ],
    [
      "by the platform's deadline while a call took most of the time",
      KILLED,
      { type: "deadline", index: 13 },
      "",
      { kind: "timeout", index: 13, certain: false },
    ],
    [
      "by the platform's deadline",
      KILLED,
      { type: "deadline", index: null },
      "",
      { kind: "timeout", index: undefined, certain: false },
    ],
    ["by a full heap without a word", ABORTED, undefined, HEAP, { kind: "memory", index: undefined, certain: false }],
    [
      "by a signal while a call ran",
      KILLED,
      { type: "running", index: 11 },
      "",
      { kind: "signal", signal: "SIGKILL", index: 11, certain: false },
    ],
    [
      "by a signal without a word",
      KILLED,
      undefined,
      "",
      { kind: "signal", signal: "SIGKILL", index: undefined, certain: false },
    ],
  ])("%s", (_how, exit, status, stderr, expected) => {
    expect(kindOf(exit, status, stderr)).toMatchObject(expected);
  });

  it.each([9, 15, 0, -1])("does not blame call %d, which is of another shard", (index) => {
    expect(kindOf(KILLED, { type: "running", index })).toMatchObject({ index: undefined, certain: false });
  });

  it("keeps the last words, and none when there are none", () => {
    expect(kindOf(EXIT, undefined, "words").stderr).toBe("words");
    expect(kindOf(EXIT, undefined, "").stderr).toBeUndefined();
  });

  it("is not taken for a full heap because the function wrote of memory", () => {
    expect(kindOf(EXIT, undefined, "Error: out of memory, said the function")).toMatchObject({ kind: "exit" });
  });
});
