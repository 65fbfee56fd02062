import { expect, it } from "vitest";
import { checkKey, compareKeys } from "../../../src/stores/keys.js";
import * as keys from "../../../src/wire/keys.js";

it("names of shards sort as their numbers do, up to ten million", () => {
  const numbers = [0, 1, 2, 9, 10, 11, 99, 100, 12_345, 99_999, 100_000, 999_999, 1_000_000, 9_999_999];
  const names = numbers.map(keys.shardName);
  expect([...names].sort(compareKeys)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
});

it("are keys that every store can hold", () => {
  for (const key of [
    keys.functionKey("0".repeat(64)),
    keys.broadcastKey("0".repeat(64)),
    keys.packagesKey("0".repeat(64)),
    keys.jobKey("job-1"),
    keys.inputsKey("job-1"),
    keys.cancelledKey("job-1"),
    keys.resultKey("job-1", keys.shardName(3)),
    keys.noteKey("job-1", keys.shardName(3), "attempt-1"),
    keys.beatKey("job-1", keys.shardName(3), "attempt-1"),
  ])
    expect(() => checkKey(key)).not.toThrow();
});

it("of notes and beats say of which attempt they are, and come between their shard and its pieces", () => {
  const shard = keys.shardName(3);
  const [result, note, beat, piece] = [
    keys.resultKey("job-1", shard),
    keys.noteKey("job-1", shard, "attempt-1"),
    keys.beatKey("job-1", shard, "attempt-1"),
    keys.resultKey("job-1", keys.pieceName(shard, 0, 2)),
  ] as [string, string, string, string];
  expect([piece, beat, note, result].sort(compareKeys)).toEqual([result, note, beat, piece]);
  const read = (key: string) => keys.readNoteName(key.slice(keys.resultsPrefix("job-1").length));
  expect(read(note)).toEqual({ shard, attemptId: "attempt-1", isBeat: false });
  expect(read(beat)).toEqual({ shard, attemptId: "attempt-1", isBeat: true });
  expect([read(result), read(piece)]).toEqual([undefined, undefined]);
});

it("of a job's results are those below the results' prefix, and nothing else is", () => {
  const prefix = keys.resultsPrefix("job-1");
  expect(keys.resultKey("job-1", "0000003").startsWith(prefix)).toBe(true);
  for (const other of [keys.jobKey("job-1"), keys.inputsKey("job-1"), keys.resultKey("job-12", "0000003")])
    expect(other.startsWith(prefix)).toBe(false);
});
