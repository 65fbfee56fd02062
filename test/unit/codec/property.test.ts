import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { CodecError, VersionError } from "../../../src/errors.js";
import { assertSame } from "./same.js";

/** On a failure fast-check prints the seed and the path; give them here to run the same case again. */
const parameters = { numRuns: 500 };

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 4,
  key: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "length", "0", "a", "b")),
  values: [
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(undefined, null, -0, Number.NaN),
    fc.array(fc.double(), { minLength: 8, maxLength: 50 }),
    fc.array(fc.integer(), { minLength: 8, maxLength: 50 }),
  ],
});

/** Links parts of a value to each other at random, so that there are shared references and cycles. */
const graph = fc
  .tuple(fc.array(anything, { minLength: 1, maxLength: 6 }), fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 6 }))
  .map(([parts, links]) => {
    const nodes = parts.map((part): Record<string, unknown> => ({ part }));
    for (const [from, to] of links)
      Object.assign(nodes[from % nodes.length] as object, { [`to${to}`]: nodes[to % nodes.length] });
    return [nodes, new Map([[nodes[0], parts[0]]]), new Error("e", { cause: parts[0] })];
  });

class Point {
  x = 1;
}
class State {
  constructor(readonly state: unknown) {}
}
const classes = new ClassRegistry();
classes.register(Point);
classes.register(State, { encode: (instance) => instance.state, decode: (state) => new State(state) });

/** Holds something of every kind, for mutations to hit. */
function everyKind(): unknown {
  const shared = { id: 7, name: "a longer string, latin1", other: "żółć", lone: "\ud800", n: -3, d: 1.5 };
  let deep: unknown = "end";
  for (let i = 0; i < 210; i++) deep = [deep];
  return [
    shared,
    shared,
    deep,
    { ...shared },
    Object.assign(Object.create(null), { a: true }),
    5n,
    -(2n ** 90n),
    [1, undefined, 3],
    Array(10).fill(0.5),
    Array(10).fill(5),
    new Date(5),
    /a+/gi,
    new Map([["k", new Set([1, null, undefined])]]),
    Object.assign(new AggregateError([new TypeError("t")], "m", { cause: false }), { code: 5 }),
    new DOMException("m", "AbortError"),
    Object("box"),
    new URL("http://a.b/"),
    new URLSearchParams("a=b"),
    new Uint8Array(5),
    new Float64Array(3),
    Buffer.from("buffer"),
    new DataView(new ArrayBuffer(9), 2),
    new ArrayBuffer(7),
    new Point(),
    new Point(),
    new State([1, new State({})]),
  ]; // prettier-ignore
}

/** Decodes, or throws what it may throw; an unknown fault fails the test. */
function decodeOrRefuse(bytes: Uint8Array): void {
  try {
    decode(bytes, { classes });
  } catch (error) {
    if (!(error instanceof CodecError) && !(error instanceof VersionError)) throw error;
  }
}

describe("properties", () => {
  it("any value comes back the same", () => {
    fc.assert(
      fc.property(anything, (value) => assertSame(decode(encode(value)), value)),
      parameters,
    );
  });

  it("any graph comes back the same", () => {
    fc.assert(
      fc.property(graph, (value) => assertSame(decode(encode(value)), value)),
      parameters,
    );
  });

  it("any number, string and bigint comes back the same", () => {
    const primitive = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.bigInt(),
      fc.string({ unit: "binary", maxLength: 5000 }),
    );
    fc.assert(
      fc.property(primitive, (value) => assertSame(decode(encode(value)), value)),
      parameters,
    );
  });

  it("the value of every kind comes back the same", () => {
    const value = everyKind();
    assertSame(decode(encode(value, { classes }), { classes }), value);
  });

  it("random bytes decode or are refused", () => {
    const bytes = fc
      .tuple(fc.constantFrom(1, 0x81, 2), fc.uint8Array({ maxLength: 200 }))
      .map(([first, rest]) => Uint8Array.of(first, ...rest));
    fc.assert(fc.property(bytes, decodeOrRefuse), { numRuns: 5000 });
  });

  it("changed bytes decode or are refused", () => {
    const valid = encode(everyKind(), { classes });
    const change = fc.tuple(fc.nat(valid.length - 1), fc.oneof(fc.nat(255), fc.integer({ min: 0xa0, max: 0xd0 })));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = valid.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        decodeOrRefuse(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it("bytes that end too early are refused, at every length", () => {
    const valid = encode(everyKind(), { classes });
    for (let length = 0; length < valid.length; length++)
      expect(() => decode(valid.subarray(0, length), { classes })).toThrow(CodecError);
  });
});
