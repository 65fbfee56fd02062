/** What hints of refusals say is done here, and then the function is captured, and gives what it gives here. */
import { createHash, createSecretKey } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

interface Case {
  /** Makes a function that is refused for its variable `it`. */
  refused(): Callable;
  reason: RegExp;
  hint: RegExp;
  /** Makes the function as the hint has it. */
  mended(): Callable | Promise<Callable>;
}

/** A module with one function, which gives 7. */
const WASM = Uint8Array.from([
  ...[
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 7, 11,
  ],
]);
const exported = (bytes: Uint8Array): Callable => {
  const { Instance, Module } = (globalThis as Loose).WebAssembly;
  return new Instance(new Module(bytes)).exports.f;
};

const holding =
  <T>(make: () => T, use: (it: T) => Callable) =>
  (): Callable =>
    use(make());

const CASES: Record<string, Case> = {
  "a promise": {
    refused: holding(
      () => Promise.resolve(2),
      (it) => () => it,
    ),
    reason: /a promise/,
    hint: /Await it first/,
    async mended() {
      const it = await Promise.resolve(2);
      return () => it;
    },
  },
  "an iterator": {
    refused: holding(
      () => [1, 2].values(),
      (it) => () => [...it],
    ),
    reason: /already running/,
    hint: /Collect its values into an array/,
    mended: holding(
      () => [...[1, 2].values()],
      (it) => () => [...it],
    ),
  },
  "shared memory": {
    refused: holding(
      () => new Int32Array(new SharedArrayBuffer(8)),
      (it) => () => it.length,
    ),
    reason: /SharedArrayBuffer/,
    hint: /Copy it into an ordinary typed array/,
    mended: holding(
      () => Int32Array.from(new Int32Array(new SharedArrayBuffer(8))),
      (it) => () => it.length,
    ),
  },
  "a socket": {
    refused: holding(
      () => new net.Socket(),
      (it) => () => it.destroyed,
    ),
    reason: /an instance of Socket/,
    hint: /Create it inside the function/,
    mended: () => () => new net.Socket().destroyed,
  },
  "a hash": {
    refused: holding(
      () => createHash("sha256"),
      (it) => () => it.digest("hex"),
    ),
    reason: /an instance of Hash/,
    hint: /Create it inside the function/,
    mended: () => () => createHash("sha256").digest("hex"),
  },
  "a key": {
    refused: holding(
      () => createSecretKey(Buffer.from("abc")),
      (it) => () => it.type,
    ),
    reason: /a cryptographic key/,
    hint: /Load the key inside the function/,
    mended: () => () => createSecretKey(Buffer.from("abc")).type,
  },
  "a function of a WebAssembly module": {
    refused: holding(
      () => exported(WASM),
      (it) => () => it(),
    ),
    reason: /a function of a WebAssembly module/,
    hint: /Load the module inside the function/,
    mended: () => () => exported(WASM)(),
  },
  "a formatter's function": {
    refused: holding(
      () => new Intl.NumberFormat("de").format,
      (it) => () => it(1234.5),
    ),
    reason: /the engine made for one object/,
    hint: /Capture a formatter, not its format function/,
    mended: holding(
      () => new Intl.NumberFormat("de"),
      (it) => () => it.format(1234.5),
    ),
  },
  "what settles a promise": {
    refused() {
      let it: (value: number) => void = () => undefined;
      void new Promise<number>((resolve) => {
        it = resolve;
      });
      return () => it(5);
    },
    reason: /the engine made for one object/,
    hint: /return the value instead/,
    mended: () => () => 5,
  },
  "what a constant is assigned": {
    refused: holding(
      () => once,
      (it) => new Function("it", '"use strict"; const held = 1; return () => { held = it; };')(it),
    ),
    reason: /it is a constant/,
    hint: /Declare it with let/,
    mended: () => new Function('"use strict"; let held = 1; return () => { held = 3; return held; };')(),
  },
};

describe("a function is captured when what the hint says is done:", () => {
  it.each(Object.entries(CASES))("%s", async (_, { refused, reason, hint, mended }) => {
    const fn = refused();
    expect(() => capture(fn)).toThrow(
      expect.objectContaining({
        path: expect.stringMatching(/^(it|held)$/),
        reason: expect.stringMatching(reason),
        hint: expect.stringMatching(hint),
      }),
    );
    const done = await mended();
    expect(await callRebuilt(done)).toEqual(await done());
  });
});
