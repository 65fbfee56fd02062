import { describe, expect, it } from "vitest";
import {
  BatchHead,
  DamagedBatch,
  digestText,
  encodeBatch,
  headBytes,
  isOfThisVersion,
} from "../../../src/cache/batch.js";

const results = [3, 0, 200].map((size, i) => ({
  input: digestText(`input ${i}`),
  keptAt: 1000.5 + i,
  bytes: new Uint8Array(size).fill(i + 1),
}));
const object = Buffer.concat(encodeBatch({ functionName: "fn" }, results));

const headOf = (bytes: Uint8Array) =>
  new BatchHead(bytes.subarray(0, headBytes(bytes, bytes.byteLength)), bytes.byteLength);

describe("a batch", () => {
  it("tells by its head which results it has, and where their values are", () => {
    const head = headOf(object);
    expect(isOfThisVersion(object)).toBe(true);
    expect(head.header).toEqual({ functionName: "fn" });
    expect(head.results).toBe(3);
    results.forEach(({ input, keptAt, bytes }, row) => {
      const { start, end, ...rest } = head.row(row);
      expect(rest).toEqual({ input, keptAt });
      expect(object.subarray(start, end)).toEqual(Buffer.from(bytes));
      expect(head.isValue(row, object.subarray(start, end))).toBe(true);
    });
    expect(head.isValue(0, new Uint8Array(3))).toBe(false);
  });

  it("is known as damaged when any byte of its head has changed, or its size has", () => {
    const size = headBytes(object, object.byteLength);
    for (let at = 1; at < size; at++) {
      const changed = Buffer.from(object);
      changed[at] = (changed[at] as number) ^ 0x20;
      expect(() => headOf(changed), `byte ${at}`).toThrow(DamagedBatch);
    }
    for (const length of [0, 1, 40, size - 1, size, object.byteLength - 1])
      expect(() => headOf(object.subarray(0, length)), `${length} bytes`).toThrow(DamagedBatch);
  });
});
