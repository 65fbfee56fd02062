import { describe, expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { ArrayMode, FORMAT_VERSION, HAS_BUFFERS, Tag } from "../../../src/codec/tags.js";
import { CodecError, VersionError } from "../../../src/errors.js";

/** 2^32 - 1 and 2^53 - 1, as lengths. */
const HUGE = [0xff, 0xff, 0xff, 0xff, 0x0f];
const HUGER = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.of(FORMAT_VERSION, ...values);
}

function withBuffers(value: number[], section: number[]): Uint8Array {
  const footer = new Uint8Array(new Float64Array([1 + value.length]).buffer);
  return Uint8Array.of(FORMAT_VERSION | HAS_BUFFERS, ...value, ...section, ...footer);
}

describe("decode refuses", () => {
  it.each(Object.entries(Tag))("a huge length after %s", (_name, tag) => {
    for (const huge of [HUGE, HUGER]) {
      const before = process.memoryUsage();
      for (const mode of [[], [0], [1], [2], [5]]) {
        try {
          decode(bytes(tag, ...mode, ...huge, 0, 0));
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }
      const after = process.memoryUsage();
      expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(50e6);
    }
  });

  it("a huge length of a sparse array costs nothing, and is one", () => {
    const before = process.memoryUsage().heapUsed;
    const value = decode(bytes(Tag.ARRAY, ArrayMode.SPARSE, 0x80, 0x80, 0x80, 0x0c, 0)) as unknown[];
    expect(value.length).toBe(0x1800000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
    expect(() => decode(bytes(Tag.ARRAY, ArrayMode.SPARSE, ...HUGER, 0))).toThrow(CodecError);
  });

  it("huge buffers", () => {
    expect(() => decode(withBuffers([Tag.ARRAY_BUFFER, 0], [1, 0, 1, 0, ...HUGE]))).toThrow(CodecError);
    expect(() => decode(withBuffers([Tag.ARRAY_BUFFER, 0], [1, ...HUGER, 1, 0, 0]))).toThrow(CodecError);
    expect(() => decode(withBuffers([Tag.VIEW, 0, 0, 0, 9], [1, 0, 1, 0, 1, 5]))).toThrow(/outside/);
    expect(() => decode(withBuffers([Tag.VIEW, 9, 0, 0, 1], [1, 0, 1, 0, 1, 5]))).toThrow(/within an element/);
  });

  it("nesting without end", () => {
    const deep = (...unit: number[]) =>
      Buffer.concat([bytes(), Buffer.alloc(300_000, Uint8Array.from(unit)), bytes(5)]);
    expect(() => decode(deep(Tag.ARRAY, ArrayMode.DENSE, 1))).toThrow(/nested/);
    expect(() => decode(deep(Tag.BOXED))).toThrow(CodecError);
    expect(() => decode(deep(Tag.DEFERRED))).toThrow(CodecError);
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["no value", bytes()],
    ["trailing bytes", bytes(5, 5)],
    ["an unknown tag", bytes(0xff)],
    ["a reference to nothing", bytes(Tag.REFERENCE, 0)],
    ["a hole outside of an array", bytes(Tag.HOLE)],
    ["an unknown class", bytes(Tag.CLASS, 0, 0x81, 0x61, Tag.OBJECT, 0, 0)],
    ["a regular expression that is none", bytes(Tag.REGEXP, 0x81, 0x28, 0x80, ...Array(8).fill(0))],
    ["a URL that is none", bytes(Tag.URL, 0x81, 0x28)],
    ["a missing list of keys", bytes(Tag.OBJECT, 5)],
    ["a key that is no string", bytes(Tag.OBJECT, 0, 1, 5, 5)],
    ["buffers that are not there", Uint8Array.of(FORMAT_VERSION | HAS_BUFFERS, 5)],
  ])("%s", (_name, hostile) => {
    expect(() => decode(hostile)).toThrow(CodecError);
  });

  it("a reference to an instance that its hook has not made yet", () => {
    const classes = new ClassRegistry();
    classes.register(Set, { encode: (set) => [...set], decode: (state) => new Set(state as unknown[]) });
    const looped = bytes(Tag.CLASS_HOOK, 0, 0x83, 0x53, 0x65, 0x74, Tag.ARRAY, ArrayMode.DENSE, 1, Tag.REFERENCE, 0);
    expect(() => decode(looped, { classes })).toThrow(/not made yet/);
  });

  it("another version, by both numbers", () => {
    const thrown = (() => {
      try {
        return decode(Uint8Array.of(FORMAT_VERSION + 1, 5));
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(VersionError);
    expect(thrown).toMatchObject({ found: FORMAT_VERSION + 1, supported: FORMAT_VERSION });
  });
});

describe("decode", () => {
  it("keeps __proto__ as data, wherever a key may stand", () => {
    const key = JSON.parse('{"__proto__":{"polluted":1}}');
    const array = Object.defineProperty([1], "__proto__", { value: { polluted: 1 }, enumerable: true });
    const error = Object.defineProperty(new Error("x"), "__proto__", { value: { polluted: 1 } });
    const wide = Object.defineProperty(
      Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`k${i}`, i])),
      "__proto__",
      {
        value: { polluted: 1 },
        enumerable: true,
      },
    );
    for (const owner of [key, array, error, wide]) {
      const back = decode(encode(owner)) as object;
      expect(Object.hasOwn(back, "__proto__")).toBe(true);
      expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(owner));
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("runs no setter of Object.prototype", () => {
    let runs = 0;
    Object.defineProperty(Object.prototype, "trap", { set: () => runs++, configurable: true });
    try {
      const back = decode(encode([Object.defineProperty({}, "trap", { value: 1, enumerable: true })])) as object[];
      expect(Object.hasOwn(back[0] as object, "trap")).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, "trap");
    }
    expect(runs).toBe(0);
  });
});
