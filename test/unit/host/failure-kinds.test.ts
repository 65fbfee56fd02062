import { expect, it } from "vitest";
import { CallError, CallTimeoutError, type NodewrenError } from "../../../src/errors.js";
import { failureKinds } from "../../../src/host/failure-kinds.js";
import { CallOutcomes } from "../../../src/job/outcomes.js";

const identity = (index: number) => ({ jobId: "0c2c8b9e-6f0b", index, attempts: 1 });

function thrown(index: number, line: number, message = `no ${index}`): CallError {
  const value = new RangeError(message);
  value.stack = `RangeError: ${message}\n    at work (file:///home/me/work.ts:${line}:7)\n    at node:internal/x:1:1`;
  const summary = `RangeError: ${message}`;
  const output = { stdout: "", stderr: "" };
  return new CallError(identity(index), { className: "RangeError", summary, value, omitted: [], output });
}

function kindsOf(...reasons: NodewrenError[]) {
  const outcomes = new CallOutcomes<unknown>();
  outcomes.open(reasons.length + 1);
  outcomes.settle({ index: reasons.length, status: "fulfilled", value: 1 });
  reasons.forEach((reason, index) => outcomes.settle({ index, status: "rejected", reason }));
  return failureKinds(outcomes);
}

it("takes calls together that failed at one place, whatever they said, the most frequent first", () => {
  const kinds = kindsOf(thrown(0, 12), thrown(1, 30), thrown(2, 30));
  expect(kinds).toEqual([
    {
      code: "CALL",
      name: "RangeError",
      message: "no 1",
      stack: "    at work (file:///home/me/work.ts:30:7)",
      count: 2,
      calls: [1, 2],
    },
    expect.objectContaining({ count: 1, calls: [0], stack: expect.stringContaining("work.ts:12:7") }),
  ]);
});

it("takes those together that have no place and say the same but for numbers", () => {
  const timeout = (index: number) =>
    new CallTimeoutError(identity(index), 500 + index, false, { stdout: "", stderr: "" });
  const [kind, ...others] = kindsOf(...[0, 1].map((index) => Object.assign(timeout(index), { stack: "" })));
  expect(others).toEqual([]);
  expect(kind).toMatchObject({ code: "CALL_TIMEOUT", name: "CallTimeoutError", count: 2 });
});

it("names the first calls of a kind, and cuts what is long", () => {
  const kinds = kindsOf(...Array.from({ length: 100 }, (_, i) => thrown(i, 1, "x".repeat(5000))));
  expect(kinds).toMatchObject([{ count: 100 }]);
  expect(kinds[0]?.calls).toHaveLength(20);
  expect(kinds[0]?.message).toHaveLength(1000);
});
