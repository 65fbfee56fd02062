import { describe, expect, it } from "vitest";
import { didYouMean } from "../../../src/util/did-you-mean.js";

const NAMES = ["as", "env", "retries", "timeoutMs", "callsPerShard", "lambda.functionName"];

describe("a name that does not exist", () => {
  it.each([
    ["timeout", "timeoutMs"],
    ["timeoutMS", "timeoutMs"],
    ["retry", "retries"],
    ["callPerShard", "callsPerShard"],
    ["functionName", "lambda.functionName"],
    ["lambda.funtionName", "lambda.functionName"],
  ])("%s is asked about as %s", (name, meant) => {
    expect(didYouMean(name, NAMES)).toBe(`Did you mean ${meant}? `);
  });

  it.each(["colour", "xy", ""])("%j is like none, and nothing is asked", (name) => {
    expect(didYouMean(name, NAMES)).toBe("");
  });
});
