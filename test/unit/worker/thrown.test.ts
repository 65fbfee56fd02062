import { describe, expect, it } from "vitest";
import { decode } from "../../../src/codec/codec.js";
import type { Failure } from "../../../src/wire/failure.js";
import { encodeThrown } from "../../../src/worker/thrown.js";

function failureOf(thrown: unknown): Extract<Failure, { kind: "thrown" }> {
  const failure = decode(encodeThrown(thrown, undefined)) as Extract<Failure, { kind: "thrown" }>;
  expect(failure.kind).toBe("thrown");
  return failure;
}

it.each<[unknown, string, string]>([
  [new RangeError("too far"), "RangeError", "RangeError: too far"],
  ["text", "string", '"text"'],
  [undefined, "undefined", "undefined"],
  [null, "object", "null"],
  [42, "number", "42"],
  [5n, "bigint", "5"],
  [{ a: 1 }, "Object", "[object Object]"],
])("%s travels whole", (thrown, className, summary) => {
  const failure = failureOf(thrown);
  expect(failure).toMatchObject({ className, summary });
  expect(failure.value).toEqual(thrown);
});

it("an error of the user's own class keeps its name, fields and cause", () => {
  class PlumError extends TypeError {
    stones = 2;
  }
  const { className, summary, value } = failureOf(new PlumError("ripe", { cause: new Error("inner") }));
  expect([className, summary]).toEqual(["PlumError", "PlumError: ripe"]);
  expect(value).toMatchObject({ message: "ripe", stones: 2, cause: { message: "inner" } });
});

it("what cannot travel is named, and the rest travels without it", () => {
  const error = Object.assign(new Error("m"), { good: [1, 2], bad: () => 1 });
  const { summary, value } = failureOf(error);
  expect(summary).toMatch(/^Error: m \[of which .*bad could not travel/);
  expect(value).toMatchObject({ message: "m", name: "Error", good: [1, 2] });
  expect((value as Error).stack).toContain("Error: m");
  expect(value).not.toHaveProperty("bad");
});

describe("what resists being read", () => {
  const trap = () => {
    throw new Error("trap");
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each<[string, () => unknown]>([
    ["a function", () => trap],
    ["a symbol", () => Symbol("s")],
    ["a proxy whose traps throw", () => new Proxy({}, { getPrototypeOf: trap, get: trap, ownKeys: trap })],
    ["a revoked proxy", () => revoked.proxy],
    ["an object without prototype", () => Object.create(null)],
    [
      "an error with a getter that throws",
      () => Object.defineProperty(Object.assign(new Error("m"), { f: trap }), "g", { get: trap, enumerable: true }),
    ],
    ["an error whose message is no text", () => Object.assign(new Error(), { message: Object.create(null), f: trap })],
    ["an error whose message is a symbol", () => Object.assign(new Error(), { message: Symbol("s") })],
    ["an error whose message throws", () => Object.defineProperty(new Error(), "message", { get: trap })],
    ["an error whose stack throws", () => Object.defineProperty(new Error("m"), "stack", { get: trap })],
    ["a frozen error", () => Object.freeze(new Error("m"))],
    [
      "an error that is its own cause",
      () => {
        const e = new Error("m");
        e.cause = e;
        return e;
      },
    ],
    ["a value whose toString throws", () => ({ toString: trap })],
    ["an object that calls itself an error", () => ({ [Symbol.toStringTag]: "Error" })],
  ])("%s is an outcome all the same", (_what, make) => {
    const { className, summary } = failureOf(make());
    expect(typeof className).toBe("string");
    expect(summary.length).toBeGreaterThan(0);
  });
});
