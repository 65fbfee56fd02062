import { describe, expect, it } from "vitest";
import { deathOf } from "../../../src/backends/death.js";
import type { LastOutput, Shard, StatusLine } from "../../../src/wire/messages.js";

const SHARD: Shard = { name: "0", first: 10, count: 5, byteStart: 0, byteEnd: 0 };
type Exit = Parameters<typeof deathOf>[0];

const EXIT: Exit = { code: 3, signal: null };
const KILLED = { code: null, signal: "SIGKILL" };
const ABORTED = { code: null, signal: "SIGABRT" };
const HEAP = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb7";

const kindOf = (exit: Exit, status: StatusLine | undefined, stderr = "", printed?: LastOutput) =>
  deathOf(exit, { status, printed, stderr }, SHARD);

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
    [
      "by its time limit, with calls that ran at once",
      KILLED,
      { type: "timeout", index: 14, atOnce: 3 },
      "",
      { kind: "timeout", index: 14, certain: false },
    ],
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
      "by its time limit in the setup",
      KILLED,
      { type: "timeout", index: null, during: "setup" },
      "",
      { kind: "timeout", index: undefined, certain: true, during: "setup" },
    ],
    [
      "by the setup's exit",
      EXIT,
      { type: "exit", index: null, during: "setup", code: 3 },
      "",
      { kind: "exit", exitCode: 3, certain: true, during: "setup" },
    ],
    [
      "by a full heap in the setup",
      ABORTED,
      { type: "running", index: null, during: "setup" },
      HEAP,
      { kind: "memory", index: undefined, certain: false, during: "setup" },
    ],
    [
      "by a signal after the setup",
      KILLED,
      { type: "running", index: null },
      "",
      { kind: "signal", index: undefined, certain: false },
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

describe("what was printed before a worker's death", () => {
  const output = { stdout: "step 1", stderr: "" };
  const told = (status: StatusLine | undefined, printed: LastOutput) => {
    const { index, during, certain, output } = kindOf(KILLED, status, "", printed);
    return { index, during, certain, output };
  };

  it("is that of the call which ended the worker", () => {
    expect(told({ type: "timeout", index: 12 }, { index: 12, output })).toMatchObject({ index: 12, output });
    expect(told({ type: "timeout", index: 12 }, { index: 11, output })).toMatchObject({ index: 12, output: undefined });
  });

  it("names a suspect where nothing else does, or only an earlier one", () => {
    for (const status of [undefined, { type: "running", index: null }, { type: "running", index: 11 }] as const)
      expect(told(status, { index: 12, output })).toMatchObject({ index: 12, certain: false, output });
    expect(told({ type: "running", index: 12 }, { index: 11, output })).toMatchObject({ index: 12, output: undefined });
  });

  it("is no word about this shard when the call is of another one", () => {
    expect(told(undefined, { index: 99, output })).toMatchObject({ index: undefined, output: undefined });
  });

  it("is the setup's when that ended the worker", () => {
    const status = { type: "running", index: null, during: "setup" } as const;
    expect(told(status, { index: null, during: "setup", output })).toMatchObject({ during: "setup", output });
    expect(told(status, { index: 12, output })).toMatchObject({ index: undefined, during: "setup", output: undefined });
  });
});

it("tells how often the call had been tried again on its worker, if it is the one that was told of", () => {
  const { retry } = kindOf(KILLED, { type: "timeout", index: 12, retry: 2 });
  expect(retry).toBe(2);
  expect(kindOf(KILLED, { type: "timeout", index: 99, retry: 2 })).not.toHaveProperty("retry");
});
