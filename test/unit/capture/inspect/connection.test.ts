/** Captures in programs that froze or replaced what the capture itself might lean on. */
import vm from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../src/capture/types.js";
import { CaptureError } from "../../../../src/errors.js";
import { callRebuilt } from "../round-trip.js";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});

/** Defines a property until the test ends. */
function define(owner: object, key: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { ...descriptor, configurable: true });
  undo.push(() => (before ? Object.defineProperty(owner, key, before) : Reflect.deleteProperty(owner, key)));
}

function refusal(fn: Callable): Loose {
  try {
    capture(fn);
  } catch (error) {
    return error;
  }
  throw new Error("it was captured");
}

function arrowWithThis(): Callable {
  return {
    n: 4,
    make: function (this: Loose) {
      return () => this.n;
    },
  }.make() as Callable;
}

describe("an arrow's this is read", () => {
  it("where Error is read-only", async () => {
    define(Error, "stackTraceLimit", { value: 5, writable: false });
    expect(await callRebuilt(arrowWithThis())).toBe(4);
  });

  it("where Error.prepareStackTrace is code of the program's, which is not run", async () => {
    let ran = 0;
    const count = () => ++ran;
    const fn = arrowWithThis();
    define(Error, "prepareStackTrace", { get: () => count, set: count });
    const { bytes } = capture(fn);
    expect([bytes.length > 0, ran]).toEqual([true, 0]);
  });
});

it("errors keep their names where Error.prototype is read-only", () => {
  define(Error.prototype, "name", { value: "Error", writable: false });
  const error = new CaptureError({ path: "x", reason: "r", hint: "c" });
  expect(error).toMatchObject({ name: "CaptureError", code: "CAPTURE" });
});

it("code that is nested too deeply is refused with a hint", () => {
  const sum = new Function(`return ${Array(20_000).fill(1).join("+")}`) as Callable;
  expect(refusal(sum)).toMatchObject({ code: "CAPTURE", reason: expect.stringContaining("nested too deeply") });
});

describe("a function in a script with a name like Node's own is the program's", () => {
  it.each(["node:mine", "node:fs", "node:internal/util"])("%s", async (filename) => {
    expect(await callRebuilt(vm.runInThisContext("() => 5", { filename }))).toBe(5);
    expect(await callRebuilt(vm.runInThisContext(`() => 6\n//# sourceURL=${filename}`))).toBe(6);
  });
});

describe("what belongs to another vm context is refused as such", () => {
  it.each(["[1]", "({ a: 1 })", "new Map()", "[].map", "new Error('x')"])("%s", (code) => {
    const value = vm.runInNewContext(code);
    expect(refusal(() => value).reason).toContain("of another vm context");
  });
});
