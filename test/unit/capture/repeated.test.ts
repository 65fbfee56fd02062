/** A function that is captured again and again, as by a loop of `call()`: what does not change is shared, and every change is seen. */
import { afterEach, describe, expect, it } from "vitest";
import { capture } from "../../../src/capture/capture.js";
import type { CaptureOptions } from "../../../src/capture/captured.js";
import { load } from "../../../src/capture/rebuild/rebuild.js";
import type { Callable } from "../../../src/capture/types.js";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

function put(holder: object, key: PropertyKey, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(holder, key);
  Object.defineProperty(holder, key, { value, configurable: true, writable: true });
  undo.push(() => (before ? Object.defineProperty(holder, key, before) : Reflect.deleteProperty(holder, key)));
}

async function rebuilt(fn: Callable, options?: CaptureOptions): Promise<Callable> {
  return (await load(capture(fn, options).bytes)).instantiate().fn;
}

it("one that holds nothing but values is written out once", () => {
  const rate = 1.5;
  const unit = "EUR";
  const fn = (x: number) => `${x * rate} ${unit}`;
  expect(capture(fn).bytes).toBe(capture(fn).bytes);
});

describe("a new function of the same place is written out anew only where it holds something else", () => {
  const times = (n: unknown) => (x: number) => [x, n];
  const named = (n: unknown) =>
    function product(x: number) {
      return [x, n];
    };

  it.each([
    ["arrows", times],
    ["functions with a prototype", named],
  ])("%s", async (_, make) => {
    const { bytes } = capture(make(2));
    expect(capture(make(2)).bytes).toBe(bytes);
    expect((await rebuilt(make(3)))(1)).toEqual([1, 3]);
    expect((await rebuilt(make({ deep: 4 })))(1)).toEqual([1, { deep: 4 }]);
    expect((await rebuilt(make(-0)))(1)).toEqual([1, -0]);
    expect(await rebuilt(Object.assign(make(2), { own: 1 }))).toHaveProperty("own", 1);
    expect(Object.hasOwn(await rebuilt(make(2)), "own")).toBe(false);
  });

  it("also what was put on its prototype", async () => {
    capture(named(2));
    const fn = named(2);
    fn.prototype.extra = 5;
    expect((await rebuilt(fn)).prototype).toHaveProperty("extra", 5);
  });

  it("what is told of it is its own", () => {
    const [first, second] = [times(2), times(2)];
    expect(capture(second).position()).toEqual(capture(first).position());
  });
});

describe("what changed between two captures is in the second one", () => {
  it.each<[string, unknown, unknown]>([
    ["a number", 1, 2],
    ["zero and minus zero", 0, -0],
    ["a text", "a", "b"],
    ["a value that becomes an object", 1, { n: 1 }],
    ["a value that becomes undefined", 1, undefined],
    ["a value that becomes a function", 1, () => 7],
  ])("%s", async (_, first, second) => {
    let value: unknown = first;
    const fn = () => value;
    expect(((await rebuilt(fn)) as () => unknown)()).toEqual(first);
    value = second;
    const again = ((await rebuilt(fn)) as () => unknown)();
    if (typeof second === "function") expect((again as () => unknown)()).toBe(7);
    else expect(again).toEqual(second);
    value = first;
    expect(Object.is(((await rebuilt(fn)) as () => unknown)(), first)).toBe(true);
  });

  it("the function's own properties, its name, and its prototype", async () => {
    const n = 1;
    const fn = () => n;
    await rebuilt(fn);
    Object.assign(fn, { retries: 3 });
    expect(await rebuilt(fn)).toHaveProperty("retries", 3);
    Object.assign(fn, { retries: 4 });
    expect(await rebuilt(fn)).toHaveProperty("retries", 4);
    Object.defineProperty(fn, "name", { value: "other" });
    expect((await rebuilt(fn)).name).toBe("other");
    Object.setPrototypeOf(fn, null);
    expect(Object.getPrototypeOf(await rebuilt(fn))).toBe(null);
  });

  it("the options", () => {
    const key = "AKIAIOSFODNN7EXAMPLE";
    const fn = () => key;
    expect(capture(fn).warnings).toHaveLength(1);
    expect(capture(fn, { secrets: "ignore" }).warnings).toHaveLength(0);
    expect(() => capture(fn, { secrets: "error" })).toThrow("secret");
    expect(() => capture(fn, { maxBytes: 10 })).toThrow("bytes");
    expect(capture(fn, { classes: new Map([["Nest", class Nest {}]]) }).bytes).not.toEqual(capture(fn).bytes);
  });
});

describe("what the program does to built-ins between two captures is refused in the second one", () => {
  it("a member that the code uses", () => {
    const n = 1;
    const fn = (list: number[]) => list.map((x) => x + n);
    capture(fn);
    const { map } = Array.prototype;
    put(Array.prototype, "map", function (this: unknown[], each: () => unknown) {
      return map.call(this, each);
    });
    expect(() => capture(fn)).toThrow("Array.prototype.map");
  });

  it("what the language asks by itself", () => {
    const n = 1;
    const fn = (x: unknown) => `${x}${n}`;
    capture(fn);
    put(Date.prototype, Symbol.toPrimitive, () => "mine");
    expect(() => capture(fn)).toThrow("Date.prototype");
  });

  it("a global function", async () => {
    const n = -4;
    const fn = () => Math.abs(n);
    capture(fn);
    put(Math, "abs", () => "mine");
    expect(() => capture(fn)).toThrow("Math.abs");
  });
});

it("holds nothing of the variables that a function does not use", async () => {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--expose-gc");
  const collect = (await import("node:vm")).runInNewContext("gc") as () => void;
  let large: object | undefined = { list: new Array(10) };
  const gone = new WeakRef(large);
  const n = 1;
  const fn = () => n;
  const other = () => large;
  capture(fn);
  expect(other()).toBeDefined();
  large = undefined;
  for (let turn = 0; turn < 5 && gone.deref(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
  expect(gone.deref()).toBeUndefined();
  expect(capture(fn).bytes.length).toBeGreaterThan(0);
});
