import { describe, expect, it } from "vitest";
import { readPayload, writePayload } from "../../../../src/capture/payload/payload.js";

const EMPTY = {
  name: "f",
  root: null,
  classes: [],
  helpers: [],
  heap: [],
  units: [],
  scopes: [],
  packages: [],
  first: [],
  globals: [],
  suffix: "_a",
};

describe("payload", () => {
  it("gives back its parts, with each blob aligned", () => {
    const blobs = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array([9])];
    const { payload, blob } = readPayload(writePayload(EMPTY, blobs));
    expect(payload).toMatchObject(EMPTY);
    expect(blobs.map((_, index) => [...blob(index)])).toEqual([[1, 2, 3], [], [9]]);
    expect(payload.blobs.every(([offset]) => offset % 8 === 0)).toBe(true);
  });

  it("reads from the middle of a larger buffer", () => {
    const bytes = writePayload(EMPTY, [new Uint8Array([7])]);
    const larger = new Uint8Array(bytes.length + 10);
    larger.set(bytes, 5);
    expect([...readPayload(larger.subarray(5, 5 + bytes.length)).blob(0)]).toEqual([7]);
  });
});
