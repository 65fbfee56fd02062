import fc from "fast-check";
import { expect, it } from "vitest";
import { splitShard } from "../../../src/host/split.js";
import type { Shard } from "../../../src/wire/messages.js";

/** Longest name that file systems take. */
const MAX_NAME_BYTES = 255;

const placesOf = (calls: number) => ({
  first: 0,
  starts: Float64Array.from({ length: calls + 1 }, (_, i) => i * 10),
});
const shardOf = (first: number, count: number): Shard => ({
  name: "0000003",
  first,
  count,
  byteStart: first * 10,
  byteEnd: (first + count) * 10,
});
const calls = ({ first, count }: Shard) => [first, count];

it.each<[string, Shard, number | undefined, number[][]]>([
  [
    "into halves without a suspect",
    shardOf(4, 4),
    undefined,
    [
      [4, 2],
      [6, 2],
    ],
  ],
  [
    "into halves, the first one larger when they are uneven",
    shardOf(4, 5),
    undefined,
    [
      [4, 3],
      [7, 2],
    ],
  ],
  [
    "around a suspect in the middle",
    shardOf(4, 5),
    6,
    [
      [4, 2],
      [6, 1],
      [7, 1],
      [8, 1],
    ],
  ],
  [
    "around a suspect at the beginning",
    shardOf(4, 5),
    4,
    [
      [4, 1],
      [5, 2],
      [7, 2],
    ],
  ],
  [
    "around a suspect at the end",
    shardOf(4, 5),
    8,
    [
      [4, 4],
      [8, 1],
    ],
  ],
  [
    "two calls into one and one",
    shardOf(4, 2),
    undefined,
    [
      [4, 1],
      [5, 1],
    ],
  ],
])("cuts %s", (_how, shard, suspect, expected) => {
  expect(splitShard(shard, suspect, placesOf(20)).map(calls)).toEqual(expected);
});

it("loses no call and no byte, gives each piece a name of its own, and always makes smaller ones", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.option(fc.nat(299), { nil: undefined }), (count, at) => {
      const suspect = at === undefined ? undefined : 5 + (at % count);
      const shard = shardOf(5, count);
      const pieces = splitShard(shard, suspect, placesOf(400));
      let next = shard.first;
      for (const piece of pieces) {
        expect(piece.first).toBe(next);
        expect(piece.count).toBeGreaterThan(0);
        expect(piece.count).toBeLessThan(count);
        expect([piece.byteStart, piece.byteEnd]).toEqual([next * 10, (next + piece.count) * 10]);
        next += piece.count;
      }
      expect(next).toBe(shard.first + count);
      expect(new Set([shard.name, ...pieces.map(({ name }) => name)]).size).toBe(pieces.length + 1);
    }),
  );
});

it("gives names that stay distinct and short, be every single call the one that kills its worker", () => {
  const starts = placesOf(2000);
  const names = new Set<string>();
  // The worst case: the first call of what is left is convicted, again and again.
  let shard = shardOf(0, 2000);
  while (shard.count > 1) {
    const pieces = splitShard(shard, shard.first, starts);
    for (const { name } of pieces) {
      expect(name.length).toBeLessThanOrEqual(MAX_NAME_BYTES);
      expect(names).not.toContain(name);
      names.add(name);
    }
    shard = pieces[1] as Shard;
  }
  expect(names.size).toBeGreaterThan(20);
});
