import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/codec/codec.js";
import { type CallError, NodewrenError } from "../../../src/errors.js";
import { classNameOf, errorOf, type Failure } from "../../../src/wire/failure.js";

const IDENTITY = { jobId: "job-1", index: 7, attempt: 2 };
const OUTPUT = { stdout: "out", stderr: "err" };

const FAILURES: [Failure, string, RegExp][] = [
  [
    { kind: "thrown", className: "PlumError", summary: "PlumError: ripe", value: 5 },
    "CALL",
    /Call 7 of job job-1 threw PlumError: ripe/,
  ],
  [
    { kind: "unencodable", path: "result.a", message: "Cannot encode result.a" },
    "CODEC",
    /Call 7 of job job-1: Cannot encode result.a/,
  ],
  [
    { kind: "timeout", timeoutMs: 900_000, isOfWorker: true },
    "CALL_TIMEOUT",
    /the time of a worker, 900000 ms.*nodewren deploy.*lambda\.timeoutMs/,
  ],
  [
    { kind: "timeout", timeoutMs: 500 },
    "CALL_TIMEOUT",
    /Call 7 of job job-1 ran for more than 500 ms.*Raise timeoutMs/,
  ],
  [{ kind: "memory", memoryMb: 64 }, "OUT_OF_MEMORY", /memoryMb: 64.*Raise memoryMb/],
  [
    { kind: "memory", memoryMb: 128, isOfWorker: true },
    "OUT_OF_MEMORY",
    /the worker's memory, 128 MiB.*nodewren deploy.*lambda\.memoryMb/,
  ],
  [{ kind: "memory", memoryMb: undefined }, "OUT_OF_MEMORY", /default heap limit/],
  [{ kind: "lost", exitCode: 3 }, "WORKER_LOST", /exit code 3.*at attempt 2/],
  [{ kind: "lost", signal: "SIGKILL", stderr: "a\nb" }, "WORKER_LOST", /SIGKILL.*\| a\n {2}\| b/s],
  [{ kind: "lost" }, "WORKER_LOST", /exit code unknown/],
  [{ kind: "cancelled", why: "enough" }, "CANCELLED", /Job job-1 was cancelled: enough/],
  [{ kind: "invoke", message: "no worker" }, "INVOKE", /no worker/],
  [{ kind: "store", message: "no store" }, "STORE", /no store/],
];

it.each(FAILURES)("%j becomes an error with its code, ids and cure", (failure, code, message) => {
  const error = errorOf(failure, IDENTITY, OUTPUT);
  expect(error).toBeInstanceOf(NodewrenError);
  expect(error.code).toBe(code);
  expect(error.name).toBe(error.constructor.name);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/undefined|\[object/);
});

it.each(FAILURES)("%j travels through the codec", (failure) => {
  expect(decode(encode(failure))).toEqual(failure);
});

it("keeps what was thrown as cause, and the call's output", () => {
  for (const value of [undefined, null, 0, "text", new RangeError("inner")]) {
    const error = errorOf({ kind: "thrown", className: "X", summary: "s", value }, IDENTITY, OUTPUT) as CallError;
    expect(error).toMatchObject({ ...IDENTITY, className: "X", output: OUTPUT });
    expect(Object.hasOwn(error, "cause")).toBe(true);
    expect(error.cause).toBe(value);
  }
});

describe("the class name of what was thrown", () => {
  class PlumError extends Error {}
  it.each([
    [new PlumError(), "PlumError"],
    [new TypeError(), "TypeError"],
    [undefined, "undefined"],
    [null, "object"],
    ["text", "string"],
    [5n, "bigint"],
    [Symbol("s"), "symbol"],
    [{ a: 1 }, "Object"],
    [[], "Array"],
    [Object.create(null), "Object"],
    [{ constructor: 5 }, "Object"],
    [{ constructor: { name: 5 } }, "Object"],
    [new (class {})(), "Object"],
    [
      {
        get constructor() {
          throw new Error("trap");
        },
      },
      "Object",
    ],
    [() => {}, "Function"],
  ])("%# is told", (thrown, name) => {
    expect(classNameOf(thrown)).toBe(name);
  });
});
