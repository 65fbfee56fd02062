import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/codec/codec.js";
import { assertSame } from "./same.js";

function there<T>(value: T): T {
  return decode(encode(value)) as T;
}

const types = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

describe("memory", () => {
  it.each(types)("carries %O of any length", (Type) => {
    for (const length of [0, 1, 65, 1000]) {
      const view = new Type(Array.from({ length }, (_, i) => i * 1.5 - 3));
      assertSame(there(view), view);
      expect(there(view).buffer.byteLength).toBe(view.byteLength);
    }
  });

  it("carries the other views and ArrayBuffer", () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    const value = [
      new BigInt64Array(buffer),
      new BigUint64Array(1),
      new DataView(buffer, 2, 3),
      buffer,
      Buffer.from("héllo"),
    ];
    assertSame(there(value), value);
    expect(Buffer.isBuffer(there(value)[4])).toBe(true);
  });

  it("carries Float16Array", (context) => {
    context.skip(!("Float16Array" in globalThis), "this version of Node has no Float16Array");
    const Type = (globalThis as unknown as Record<string, typeof Float32Array>).Float16Array as typeof Float32Array;
    assertSame(there(new Type([1.5, -2])), new Type([1.5, -2]));
  });

  it("keeps views of one buffer on one buffer", () => {
    const buffer = new ArrayBuffer(64);
    const [a, b, whole] = there([new Float64Array(buffer, 8, 2), new Uint8Array(buffer, 3, 30), buffer] as const);
    expect(a.buffer).toBe(whole);
    expect(b.buffer).toBe(whole);
    expect([a.byteOffset, b.byteOffset, whole.byteLength]).toEqual([8, 3, 64]);
  });

  it("sends the smallest span that covers views of one buffer", () => {
    const buffer = new ArrayBuffer(1e6);
    const bytes = encode([new Uint8Array(buffer, 5003, 5), new Float64Array(buffer, 5016, 2)]);
    expect(bytes.length).toBeLessThan(100);
    const [a, b] = decode(bytes) as [Uint8Array, Float64Array];
    expect(a.buffer).toBe(b.buffer);
    a.set([1], 0);
    expect(b.byteOffset - a.byteOffset).toBe(13);
  });

  it("sends of Node's pool only the Buffers that are meant", () => {
    const secret = Buffer.from("a secret that lies between");
    const parts = [Buffer.from("first"), Buffer.from("stranger"), Buffer.from("last")];
    const bytes = Buffer.from(encode([parts[0], parts[2]]));
    expect(parts[0]?.buffer).toBe(parts[2]?.buffer);
    expect(bytes.includes("stranger") || bytes.includes(secret)).toBe(false);
    expect(decode(bytes)).toEqual([parts[0], parts[2]]);
  });

  it("keeps Buffers that overlap overlapping", () => {
    const all = Buffer.from("0123456789");
    const [a, b, none] = there([all.subarray(0, 6), all.subarray(4), all.subarray(3, 3)] as const);
    b[0] = 0x78;
    expect(a.toString()).toBe("0123x5");
    expect(none.length).toBe(0);
  });

  it("shares no memory with the bytes", () => {
    const bytes = encode([new Uint8Array(1000), Buffer.alloc(10)]);
    const before = bytes.slice();
    for (const view of decode(bytes) as Uint8Array[]) view.fill(255);
    expect(bytes).toEqual(before);
  });

  it("reads bytes at any offset of their memory", () => {
    const bytes = encode(new Float64Array([1.5, 2.5]));
    for (let offset = 0; offset < 8; offset++) {
      const padded = new Uint8Array(bytes.length + 8);
      padded.set(bytes, offset);
      expect(decode(padded.subarray(offset, offset + bytes.length))).toEqual(new Float64Array([1.5, 2.5]));
    }
  });

  it("keeps a resizable ArrayBuffer resizable", () => {
    type Resizable = ArrayBuffer & { resize(size: number): void; maxByteLength: number };
    const make = ArrayBuffer as unknown as new (size: number, options: object) => Resizable;
    const buffer = there(new make(4, { maxByteLength: 16 }));
    buffer.resize(16);
    expect([buffer.byteLength, buffer.maxByteLength]).toEqual([16, 16]);
    expect(() => encode(new Uint8Array(new make(4, { maxByteLength: 16 })))).toThrow(/resizable/);
  });

  it("carries results larger than the memory kept for reuse", () => {
    const value = { text: "x".repeat(3_000_000), numbers: new Float64Array(300_000).fill(0.5) };
    assertSame(there(value), value);
  });
});
