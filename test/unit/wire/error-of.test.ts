import { describe, expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { CallError, NodewrenError } from "../../../src/errors.js";
import { errorOf } from "../../../src/wire/error-of.js";
import type { Failure } from "../../../src/wire/failure.js";
import { classNameOf } from "../../../src/wire/thrown.js";

const IDENTITY = { jobId: "job-1", index: 7, attempts: 2 };
const OUTPUT = { stdout: "out", stderr: "err" };

const FAILURES: [Failure, string, RegExp][] = [
  [
    { kind: "thrown", className: "PlumError", summary: "PlumError: ripe", value: encode(5), omitted: [] },
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
  [
    {
      kind: "setup",
      failure: { kind: "thrown", className: "PlumError", summary: "PlumError: ripe", value: encode(5), omitted: [] },
    },
    "SETUP",
    /Call 7 of job job-1 did not run, because the job's setup threw PlumError: ripe$/,
  ],
  [
    { kind: "setup", failure: { kind: "timeout", timeoutMs: 500 } },
    "SETUP",
    /setup ran for more than 500 ms and was ended\. Raise timeoutMs/,
  ],
  [
    { kind: "setup", failure: { kind: "timeout", timeoutMs: 900_000, isOfWorker: true } },
    "SETUP",
    /the time of a worker, 900000 ms.*lambda\.timeoutMs/,
  ],
  [
    { kind: "setup", failure: { kind: "memory", memoryMb: 64 } },
    "SETUP",
    /setup ran out of memory \(limit: memoryMb: 64\)\. Raise memoryMb/,
  ],
  [
    { kind: "setup", failure: { kind: "lost", exitCode: 3, stderr: "a\nb" } },
    "SETUP",
    /setup was running when its worker ended \(exit code 3\).*\| a\n {2}\| b/s,
  ],
  [{ kind: "cancelled", why: "enough" }, "CANCELLED", /Job job-1 was cancelled: enough/],
  [{ kind: "invoke", message: "no worker" }, "INVOKE", /no worker/],
  [{ kind: "store", message: "no store" }, "STORE", /no store/],
];

it.each(FAILURES)("%j becomes an error with its code, ids and hint", (failure, code, message) => {
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
    const error = thrownError(encode(value));
    expect(error).toMatchObject({ ...IDENTITY, className: "X", omitted: [], output: OUTPUT });
    expect(Object.hasOwn(error, "cause")).toBe(true);
    expect(error.cause).toEqual(value);
  }
});

/** Whatever became of the value on its way, the call's own failure is what the user gets. */
describe("what was thrown and cannot be read here", () => {
  class Plum {}
  const classes = new ClassRegistry();
  classes.register(Plum, {
    encode: () => 1,
    decode: () => {
      throw new Error("rotten");
    },
  });
  const thereOnly = new ClassRegistry();
  thereOnly.register(class Pear {});

  it.each<[string, Uint8Array, RegExp]>([
    ["a decode hook that throws", encode(new Plum(), { classes }), /decode hook of class Plum threw.*rotten/],
    ["a class that is not registered here", pear(), /class Pear, which is not registered here/],
    ["damaged bytes", Uint8Array.of(99, 2, 3), /format version 99/],
    ["no bytes", new Uint8Array(), /there are none/],
  ])("%s leaves the call's own failure", (_name, value, reason) => {
    const error = thrownError(value, classes);
    expect(error).toBeInstanceOf(CallError);
    expect(error).toMatchObject({ message: expect.stringMatching(/threw s$/), className: "X", cause: undefined });
    expect(error.omitted).toEqual([{ path: "cause", reason: expect.stringMatching(reason) }]);
  });

  it("a stack that the class here cannot give is not missed", () => {
    class Fig extends Error {
      override get stack(): string {
        throw new Error("no stack");
      }
      override set stack(_: string) {}
    }
    const registry = new ClassRegistry();
    registry.register(Fig);
    const value = encode(Object.create(Fig.prototype), { classes: registry });
    expect(thrownError(value, registry).cause).toBeInstanceOf(Fig);
  });

  function pear(): Uint8Array {
    const Pear = thereOnly.get("Pear") as unknown as new () => object;
    return encode(new Pear(), { classes: thereOnly });
  }
});

function thrownError(value: Uint8Array, classes?: ClassRegistry): CallError {
  const failure: Failure = { kind: "thrown", className: "X", summary: "s", value, omitted: [] };
  return errorOf(failure, IDENTITY, OUTPUT, { classes }) as CallError;
}

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
