/** Bad input gets a clear error at once, before a worker starts or anything is stored. */
import { CodecError, Executor, OptionError } from "nodewren";
import { describe, expect, it } from "vitest";
import { newWarmExecutor } from "../support/executors.js";

// Deliberately without types: these are the mistakes that a compiler would have caught.
// biome-ignore lint/suspicious/noExplicitAny: see above
const map = (fn: any, inputs: any, options?: any) => newWarmExecutor().map(fn, inputs, options);
const same = (x: unknown) => x;

function optionOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as OptionError).option;
  }
  throw new Error("accepted");
}

describe("map()", () => {
  it.each([undefined, null, 1, "x => x", {}, []])("refuses %j as function", (fn) => {
    expect(optionOf(() => map(fn, [1]))).toBe("fn");
  });

  it.each([undefined, null, 1, {}, { length: 2 }, () => 1])("refuses %j as inputs", (inputs) => {
    expect(optionOf(() => map(same, inputs))).toBe("inputs");
  });

  it.each([
    ["shards", [0, -1, 1.5, "2", NaN, Infinity]],
    ["callsPerShard", [0, -1, 2.5, null]],
    ["timeoutMs", [0, -5, 0.5, Infinity, 2 ** 31]],
    ["memoryMb", [0, 8, 64.5, "1 GB"]],
    ["retries", [-1, 0.5, 1000]],
    ["maxAttempts", [0, 1000]],
    ["signal", [1, {}, "abort"]],
    ["progress", [1, "bar", {}]],
    ["env", [1, { A: 1 }, ["A=1"]]],
    ["setup", [1, "fn", {}, [], true, null]],
  ])("refuses %s out of range", (name, values) => {
    for (const value of values) expect(optionOf(() => map(same, [1], { [name]: value }))).toBe(name);
  });

  it("refuses options that it does not know, and names those it has", () => {
    expect(optionOf(() => map(same, [1], { timeout: 5 }))).toBe("timeout");
    expect(() => map(same, [1], { timeout: 5 })).toThrow(/timeoutMs/);
    expect(optionOf(() => map(same, [1], 5))).toBe("options");
  });

  it("refuses more shards than calls, and both ways of grouping at once", () => {
    expect(optionOf(() => map(same, [1], { shards: 2 }))).toBe("shards");
    expect(optionOf(() => map(same, [1, 2], { shards: 2, callsPerShard: 1 }))).toBe("callsPerShard");
  });

  it("refuses an input that cannot travel, with its path", () => {
    expect(() => map(same, [1, { deep: [new WeakMap()] }])).toThrow(CodecError);
    try {
      map(same, [1, { deep: [new WeakMap()] }]);
    } catch (error) {
      expect((error as CodecError).path).toBe("inputs[1].deep[0]");
    }
  });

  it("passes on what an iterable throws", async () => {
    const failing = {
      *[Symbol.iterator]() {
        yield 1;
        throw new Error("no more");
      },
    };
    expect(() => map(same, failing)).toThrow("no more");
    const failingLater = {
      async *[Symbol.asyncIterator]() {
        yield 1;
        throw new Error("no more, later");
      },
    };
    await expect(map(same, failingLater)).rejects.toThrow("no more, later");
  });
});

describe("new Executor()", () => {
  it.each([
    ["workers", [0, -1, 1.5, "4", 5000]],
    ["backend", ["azure", 1, {}]],
    ["store", ["ftp://folder", "", {}, 1]],
    ["progress", ["yes"]],
    ["env", [{ A: 1 }]],
    ["concurrency", [4]],
  ])("refuses %s out of range or unknown", (name, values) => {
    // biome-ignore lint/suspicious/noExplicitAny: see above
    for (const value of values) expect(optionOf(() => new Executor({ [name]: value } as any))).toBe(name);
  });
});
