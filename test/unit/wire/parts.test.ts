import { describe, expect, it } from "vitest";
import { encode } from "../../../src/codec/codec.js";
import { StoreError } from "../../../src/errors.js";
import { checkPart, encodePart, readParts } from "../../../src/wire/parts.js";

const bodies = [Buffer.from("first"), Buffer.from(""), Buffer.from("third one")];
const range = Buffer.concat(bodies.map(encodePart));

describe("consecutive parts", () => {
  it("come back as they were, from memory that begins anywhere", () => {
    const padded = Buffer.concat([Buffer.from("abc"), range]);
    expect(readParts(padded.subarray(3), "key").map((part) => Buffer.from(part).toString())).toEqual([
      "first",
      "",
      "third one",
    ]);
    expect(readParts(new Uint8Array(0), "key")).toEqual([]);
  });

  it("are refused when any bit differs, or any byte is missing at the end", () => {
    for (let at = 0; at < range.byteLength; at++) {
      const changed = Buffer.from(range);
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => readParts(changed, "jobs/j/results/0"), `byte ${at}`).toThrow(StoreError);
    }
    const ends = [encodePart(bodies[0] as Buffer).byteLength];
    ends.push((ends[0] as number) + encodePart(bodies[1] as Buffer).byteLength, range.byteLength);
    for (let size = 1; size < range.byteLength; size++)
      if (!ends.includes(size))
        expect(() => readParts(range.subarray(0, size), "key"), `${size} bytes`).toThrow(StoreError);
  });
});

it("what is decoded must be pairs with their places", () => {
  const part = { keys: ["a"], values: [1], first: 0, places: Uint32Array.of(0) };
  expect(checkPart(part)).toBe(part);
  for (const wrong of [
    undefined,
    {},
    { ...part, keys: [] },
    { ...part, first: -1 },
    { ...part, places: [0] },
    encode(1),
  ])
    expect(() => checkPart(wrong)).toThrow(StoreError);
});
