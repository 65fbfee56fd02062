/** What is made of the ways in which Lambda says that a function failed. */
import { describe, expect, it } from "vitest";
import { WorkerDeath, WorkerRefusal } from "../../../../src/backends/backend.js";
import { failureOf } from "../../../../src/backends/lambda/function-error.js";
import type { Shard, StatusLine } from "../../../../src/wire/messages.js";
import { statusForLog } from "../../../../src/wire/status-log.js";

const SHARD: Shard = { name: "0", first: 10, count: 5, byteStart: 0, byteEnd: 0 };
const REQUEST = { shard: SHARD, attemptId: "attempt-1" };
const TARGET = { functionName: "nodewren", region: "eu-west-1", endpoint: undefined };
const ID = "8f507cfc-xmpl-4697-b07a-ac58fc914c95";

function logWith(lines: string, used = 80): string {
  return [
    "INIT_START Runtime Version: nodejs:22.v31\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:07a48df2",
    `START RequestId: ${ID} Version: $LATEST`,
    lines.trimEnd(),
    `RequestId: ${ID} Error: Runtime exited with error: signal: killed`,
    "Runtime.ExitError",
    `END RequestId: ${ID}`,
    `REPORT RequestId: ${ID}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: ${used} MB\tStatus: error\tError Type: Runtime.ExitError`,
    "",
  ].join("\n");
}

function failure(errorType: string | undefined, errorMessage: string, log = "") {
  return failureOf(Buffer.from(JSON.stringify({ errorType, errorMessage })), log, REQUEST, TARGET);
}

function deathOf(errorType: string | undefined, errorMessage: string, log = "") {
  const error = failure(errorType, errorMessage, log);
  expect(error).toBeInstanceOf(WorkerDeath);
  return (error as WorkerDeath).death;
}

const exited = (how: string) => `RequestId: ${ID} Error: Runtime exited with error: ${how}`;
const status = (line: StatusLine) => logWith(statusForLog(line));

describe("a death", () => {
  it.each<[string, string | undefined, string, string, object]>([
    [
      "by the function's time limit",
      "Sandbox.Timedout",
      `RequestId: ${ID} Error: Task timed out after 3.00 seconds`,
      "",
      { kind: "timeout", index: undefined, certain: false },
    ],
    [
      "by the function's time limit, as older functions are told",
      undefined,
      `2026-11-24T10:00:00.000Z ${ID} Task timed out after 3.00 seconds`,
      status({ type: "running", index: 12 }),
      { kind: "timeout", index: 12, certain: false },
    ],
    [
      "by the call's time limit",
      "Runtime.ExitError",
      exited("signal: killed"),
      status({ type: "timeout", index: 12 }),
      { kind: "timeout", index: 12, certain: true },
    ],
    [
      "just before the function's time limit",
      "Runtime.ExitError",
      exited("signal: killed"),
      status({ type: "deadline", index: 12 }),
      { kind: "timeout", index: 12, certain: false },
    ],
    [
      "by the memory limit of the job",
      "Runtime.ExitError",
      exited("signal: killed"),
      status({ type: "memory", index: 14 }),
      { kind: "memory", index: 14, certain: true },
    ],
    [
      "by the memory of the function",
      "Runtime.OutOfMemory",
      exited("signal: killed"),
      status({ type: "running", index: 11 }),
      { kind: "memory", index: 11, certain: false },
    ],
    [
      "by the memory of the function, as its report tells",
      "Runtime.ExitError",
      exited("signal: killed"),
      logWith("", 128),
      { kind: "memory", index: undefined, certain: false },
    ],
    [
      "by a kill with memory left",
      "Runtime.ExitError",
      exited("signal: killed"),
      logWith("", 127),
      { kind: "signal", signal: "SIGKILL" },
    ],
    [
      "by a full heap",
      "Runtime.ExitError",
      exited("signal: aborted (core dumped)"),
      logWith("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
      { kind: "memory", certain: false },
    ],
    [
      "by its call's exit",
      "Runtime.ExitError",
      exited("exit status 3"),
      status({ type: "exit", index: 13, code: 3 }),
      { kind: "exit", exitCode: 3, index: 13, certain: true },
    ],
    ["by an exit without a word", "Runtime.ExitError", exited("exit status 1"), "", { kind: "exit", exitCode: 1 }],
    [
      "by an exit of code 0",
      "Runtime.ExitError",
      `RequestId: ${ID} Error: Runtime exited without providing a reason`,
      "",
      { kind: "exit", exitCode: undefined },
    ],
    [
      "by a crash",
      "Runtime.ExitError",
      exited("signal: segmentation fault"),
      "",
      { kind: "signal", signal: "SIGSEGV", certain: false },
    ],
    ["by a stray rejection", "Runtime.UnhandledPromiseRejection", "Error: stray", "", { kind: "exit", certain: false }],
    [
      "of a worker that stood still",
      "Runtime.ExitError",
      exited("signal: killed"),
      status({ type: "stuck", index: null }),
      { kind: "stuck" },
    ],
  ])("%s", (_, errorType, errorMessage, log, expected) => {
    expect(deathOf(errorType, errorMessage, log)).toMatchObject(expected);
  });

  it("does not blame a call of another shard", () => {
    const log = status({ type: "timeout", index: 3 });
    expect(deathOf("Runtime.ExitError", exited("signal: killed"), log)).toMatchObject({
      index: undefined,
      certain: false,
    });
  });

  it("keeps the worker's own last lines only", () => {
    const lines = `first\n${statusForLog({ type: "running", index: 10 })}second\n`;
    expect(deathOf("Runtime.ExitError", exited("exit status 1"), logWith(lines)).stderr).toBe("first\nsecond");
    expect(deathOf("Runtime.ExitError", exited("exit status 1"), logWith("")).stderr).toBeUndefined();
  });
});

describe("a refusal", () => {
  it.each([
    "Runtime.ImportModuleError",
    "Runtime.HandlerNotFound",
    "Runtime.UserCodeSyntaxError",
    "Runtime.MalformedHandlerName",
  ])("for good is %s, with the hint and the log", (errorType) => {
    const error = failure(errorType, "Error: Cannot find module 'index'", logWith("Require stack:"));
    expect(error).toBeInstanceOf(WorkerRefusal);
    expect(error).toMatchObject({ transient: false });
    expect(error.message).toMatch(
      /does not start.*Cannot find module 'index'.*nodewren deploy(.|\n)*\| Require stack:/,
    );
  });

  it("for good is a worker that ends while it starts", () => {
    const log = `INIT_REPORT Init Duration: 90.12 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError\n`;
    expect(failure("Runtime.ExitError", exited("exit status 1"), log)).toMatchObject({ transient: false });
  });

  it.each([
    ["TypeError", "boom"],
    ["Sandbox.Failure", "something"],
    ["", ""],
  ])("for now is %s, which may have come after the result", (errorType, errorMessage) => {
    expect(failure(errorType, errorMessage)).toMatchObject({ kind: "invoke", transient: true, mayHaveRun: true });
  });

  it("shows what is no JSON", () => {
    expect(failureOf(Buffer.from("<oops>"), "", REQUEST, TARGET).message).toContain("<oops>");
    expect(failureOf(Buffer.from("null"), "", REQUEST, TARGET).message).toContain("no reason");
  });
});
