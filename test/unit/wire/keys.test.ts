import { expect, it } from "vitest";
import { checkKey, compareKeys } from "../../../src/stores/keys.js";
import * as keys from "../../../src/wire/keys.js";

it("names of shards sort as their numbers do, up to ten million", () => {
  const numbers = [0, 1, 2, 9, 10, 11, 99, 100, 12_345, 99_999, 100_000, 999_999, 1_000_000, 9_999_999];
  const names = numbers.map(keys.shardName);
  expect([...names].sort(compareKeys)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
});

it("are keys that every store can hold, all below the prefix", () => {
  for (const prefix of ["", "team/project/"])
    for (const key of [
      keys.functionKey(prefix, "0".repeat(64)),
      keys.broadcastKey(prefix, "0".repeat(64)),
      keys.jobKey(prefix, "job-1"),
      keys.inputsKey(prefix, "job-1"),
      keys.cancelledKey(prefix, "job-1"),
      keys.resultKey(prefix, "job-1", keys.shardName(3)),
    ]) {
      expect(() => checkKey(key)).not.toThrow();
      expect(key.startsWith(prefix)).toBe(true);
    }
});

it("of a job's results are those below the results' prefix, and nothing else is", () => {
  const prefix = keys.resultsPrefix("p/", "job-1");
  expect(keys.resultKey("p/", "job-1", "0000003").startsWith(prefix)).toBe(true);
  for (const other of [
    keys.jobKey("p/", "job-1"),
    keys.inputsKey("p/", "job-1"),
    keys.resultKey("p/", "job-12", "0000003"),
  ])
    expect(other.startsWith(prefix)).toBe(false);
});
