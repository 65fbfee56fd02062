import { createSecretKey } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { encode } from "../../../src/codec/codec.js";
import { CodecError } from "../../../src/errors.js";

function refusal(value: unknown, root?: string | (() => string)): CodecError {
  try {
    encode(value, root === undefined ? {} : { root });
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    return error as CodecError;
  }
  throw new Error("it was encoded");
}

class Account {
  owner = "me";
}

// biome-ignore lint/suspicious/noExplicitAny: a global that only the DOM library declares
const WebMemory = (globalThis as any).WebAssembly.Memory as new (options: object) => object;
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const long = (change: (array: unknown[]) => void) => {
  const array: unknown[] = Array.from({ length: 200 }, (_, i) => i);
  change(array);
  return array;
};
const swapped = Object.setPrototypeOf(new Map(), Date.prototype);

const refused: [name: string, value: unknown, message: RegExp][] = [
  ["a function", () => 1, /function/],
  ["a class", Account, /function \(Account\)/],
  ["a symbol", Symbol("s"), /symbol \(Symbol\(s\)\)/],
  ["a Promise", Promise.resolve(1), /Await it first/],
  ["a WeakMap", new WeakMap(), /Use a Map/],
  ["a WeakSet", new WeakSet(), /Use a Set/],
  ["a WeakRef", new WeakRef({}), /WeakRef/],
  ["a Proxy", new Proxy({}, {}), /Proxy/],
  ["a Proxy of an array", new Proxy([], {}), /Proxy/],
  ["a generator", (function* () {})(), /generator/],
  ["an iterator", [1][Symbol.iterator](), /iterator/],
  ["a SharedArrayBuffer", new SharedArrayBuffer(8), /SharedArrayBuffer/],
  ["a view of one", new Uint8Array(new SharedArrayBuffer(8)), /SharedArrayBuffer/],
  ["a class instance", new Account(), /class Account, which is not registered.*plain object, or register/],
  ["a subclass of Map", new (class Index extends Map {})(), /class Index/],
  ["a subclass of Array", new (class List extends Array {})(), /class List/],
  ["a subclass of Uint8Array", new (class Bytes extends Uint8Array {})(2), /class Bytes/],
  ["a Map posing as a Date", swapped, /class Date/],
  ["an object that inherits from an object", Object.create({ a: 1 }), /inherits/],
  ["a timer", setTimeout(() => {}, 0).unref(), /class Timeout/],
  ["a stream", Readable.from([]), /class Readable/],
  ["a key", createSecretKey(Buffer.alloc(16)), /KeyObject/],
  ["an Intl object", new Intl.NumberFormat("en"), /class NumberFormat/],
  ["a WebAssembly memory", new WebMemory({ initial: 1 }), /class Memory/],
  ["Math", Math, /symbol, Symbol\(Symbol.toStringTag\)/],
  ["the environment", process.env, /inherits/],
  ["detached memory", detached, /transferred/],
  ["a view of detached memory", viewOfDetached(), /transferred/],
  ["a Date with a property", Object.assign(new Date(), { zone: "UTC" }), /a property of its own, zone/],
  ["a typed array with a property", Object.assign(new Uint8Array(2), { unit: "m" }), /of its own, unit/],
  ["a long typed array with a property", Object.assign(new Uint8Array(2000), { unit: "m" }), /of its own, unit/],
  ["a boxed string with a property", Object.assign(Object("ab"), { unit: "m" }), /of its own, unit/],
  ["a symbol key", { [Symbol("k")]: 1 }, /under a symbol, Symbol\(k\)/],
  ["a symbol key of an array", Object.assign([1], { [Symbol("k")]: 1 }), /Symbol\(k\)/],
  ["a symbol key of a long array", long((a) => Object.assign(a, { [Symbol("k")]: 1 })), /Symbol\(k\)/],
  ["a symbol key of a Map", Object.assign(new Map([[1, { a: [1] }]]), { [Symbol("k")]: 1 }), /Symbol\(k\)/],
];

function viewOfDetached(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

const placed: [path: string, value: unknown][] = [
  ["value", () => 1],
  [".a[1]", { a: [0, () => 1] }],
  ['.a["odd key"]', { a: { "odd key": () => 1 } }],
  ['["1"]', { 1: () => 1 }],
  ['.get("k").x', new Map([["k", { x: () => 1 }]])],
  [".get(5)", new Map([[5, () => 1]])],
  [
    ".a.get(Map key #1)",
    {
      a: new Map<unknown, unknown>([
        [1, 2],
        [{}, () => 1],
      ]),
    },
  ],
  [
    ".keys()[1]",
    new Map<unknown, unknown>([
      [1, 2],
      [() => 1, 1],
    ]),
  ],
  [".values()[2].f", new Set([1, 2, { f: () => 1 }])],
  [".cause.socket", new Error("x", { cause: { socket: () => 1 } })],
  [".request", Object.assign(new Error("x"), { request: () => 1 })],
  [".errors[1]", new AggregateError([1, () => 1])],
  ["[150]", long((a) => a.splice(150, 1, () => 1))],
  ["[199].b", long((a) => a.splice(199, 1, { a: {}, b: () => 1 }))],
  [".label", Object.assign([1], { label: () => 1 })],
  [".label", long((a) => Object.assign(a, { label: () => 1 }))],
];

describe("encode refuses", () => {
  it.each(refused)("%s", (_name, value, message) => {
    const error = refusal({ list: [value] });
    expect(error.message).toMatch(message);
    expect(error.path).toBe("value.list[0]");
    expect(error.message).toContain("Cannot encode value.list[0]: ");
  });

  it.each(placed)("at %s", (path, value) => {
    const full = path === "value" ? "inputs[3]" : `inputs[3]${path}`;
    expect(refusal(value, "inputs[3]").path).toBe(full);
  });

  it.each([
    ["an object", {}],
    ["an array", [1]],
    ["a long array", long(() => {})],
    ["a Map", new Map()],
    ["an error", new Error("x")],
  ])("accessors of %s, without running them", (_name, owner) => {
    let runs = 0;
    Object.defineProperty(owner, "lazy", { enumerable: true, configurable: true, get: () => runs++ });
    expect(refusal({ owner })).toMatchObject({ path: "value.owner.lazy" });
    expect(runs).toBe(0);
  });

  it("accessors at an index, without running them", () => {
    for (const array of [[1, 2], long(() => {})]) {
      let runs = 0;
      Object.defineProperty(array, 1, { enumerable: true, get: () => runs++ });
      expect(refusal(array).path).toBe("value[1]");
      expect(runs).toBe(0);
    }
  });

  it("at a path whose middle is left out when it is long", () => {
    let value: unknown = { end: () => 1 };
    for (let i = 0; i < 100_000; i++) value = { a: value };
    const { path } = refusal(value);
    expect(path.length).toBeLessThan(200);
    expect(path).toMatch(/^value\.a\.a.* …99961 more… .*\.a\.end$/);
  });

  it("with the root asked for only then", () => {
    let asked = 0;
    const root = () => `inputs[${asked++}]`;
    encode([1], { root });
    expect(asked).toBe(0);
    expect(refusal([Symbol()], root).path).toBe("inputs[0][0]");
  });
});
