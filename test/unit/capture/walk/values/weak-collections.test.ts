import { transformSync } from "esbuild";
import ms from "ms";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

describe("a WeakMap travels with the entries whose keys travel", () => {
  it("and without the others", async () => {
    const kept = { name: "kept" };
    const lost = { name: "TOPSECRET" };
    const ages = new WeakMap<object, number>([
      [kept, 1],
      [lost, 2],
    ]);
    const fn = () => [ages.get(kept), ages.has({}), ages.delete(kept), ages.has(kept)];
    expect(await callRebuilt(fn)).toEqual([1, false, true, false]);
    expect(Buffer.from(capture(fn).bytes).toString()).not.toContain(lost.name);
  });

  it("whichever of them is met first", async () => {
    const [key, early, late] = [{}, new WeakMap<object, string>(), new WeakMap<object, string>()];
    early.set(key, "early");
    late.set(key, "late");
    expect(await callRebuilt(() => [early.get(key), late.get(key)])).toEqual(["early", "late"]);
    expect(await callRebuilt((one = [key]) => [late.get(one[0] as object), early.get(one[0] as object)])).toEqual([
      "late",
      "early",
    ]);
  });

  it("with keys that only other entries lead to, however long the chain", async () => {
    const next = new WeakMap<object, { index: number }>();
    const first = { index: 0 };
    let last = first;
    for (let index = 1; index <= 2000; index++) {
      const one = { index };
      next.set(last, one);
      last = one;
    }
    const walk = () => {
      let at = first;
      for (let one = next.get(at); one; one = next.get(at)) at = one;
      return at.index;
    };
    expect(await callRebuilt(walk)).toBe(2000);
  });

  it("with functions, classes, symbols, proxies and built-ins for keys", async () => {
    class Shape {}
    const run = () => "ran";
    const sign = Symbol("sign");
    const proxy = new Proxy({}, { get: () => "trapped" });
    const names = new WeakMap<WeakKey, string>([
      [Shape, "class"],
      [run, "function"],
      [proxy, "proxy"],
      [Array, "built-in"],
      [ms, "package"],
    ]);
    if (Number(process.versions.node.split(".")[0]) >= 20) names.set(sign as never, "symbol");
    const fn = () => [Shape, run, sign, proxy, Array, ms].map((one) => names.get(one as never));
    expect(await callRebuilt(fn)).toEqual(fn());
  });

  it("with keys that only members of built-ins and packages lead to", async () => {
    const kinds = new WeakMap<object, string>([
      [Intl.NumberFormat.prototype, "formats"],
      [Symbol.iterator as never, "iterates"],
      [ms, "milliseconds"],
    ]);
    const fn = async () => [
      kinds.get(Intl.NumberFormat.prototype),
      kinds.get(Symbol.iterator as never),
      kinds.get((await import("ms")).default),
    ];
    expect(await callRebuilt(fn)).toEqual(["formats", "iterates", "milliseconds"]);
  });

  it("that hold each other and themselves", async () => {
    const [a, b] = [new WeakMap<object, object>(), new WeakMap<object, object>()];
    a.set(a, b).set(b, a);
    b.set(a, b);
    expect(await callRebuilt(() => [a.get(a) === b, a.get(b) === a, b.get(a) === b])).toEqual([true, true, true]);
  });

  it("of a subclass, with private fields, properties of its own, and frozen", async () => {
    class Ages extends WeakMap<object, number> {
      #asked = 0;
      older(one: object): number {
        this.#asked++;
        return (this.get(one) ?? 0) + this.#asked;
      }
    }
    const key = {};
    const ages = Object.freeze(Object.assign(new Ages([[key, 40]]), { label: "years" }));
    const fn = () => [ages.older(key), ages.label, Object.isFrozen(ages), ages instanceof Ages];
    expect(await callRebuilt(fn)).toEqual([41, "years", true, true]);
  });

  it("as it was at map(), for each call", async () => {
    const key = {};
    const counts = new WeakMap([[key, 1]]);
    const fn = () => counts.set(key, (counts.get(key) ?? 0) + 1).get(key);
    expect([await callRebuilt(fn), await callRebuilt(fn)]).toEqual([2, 2]);
  });

  it("and is refused where such an entry is, by the way to it", () => {
    const key = {};
    const waiting = new WeakMap([[key, Promise.resolve()]]);
    expect(() => capture(() => waiting.get(key))).toThrow(/Cannot capture waiting\.get\(…\): it is a promise/);
  });

  it("with a text in it that looks like a secret, and says so", () => {
    const key = {};
    const tokens = new WeakMap([[key, "ghp_0123456789abcdefghijklmnopqrstuvwxyzA"]]);
    expect(() => capture(() => tokens.get(key), { secrets: "error" })).toThrow(/tokens\.get/);
  });
});

describe("a WeakSet travels with the elements that travel", () => {
  it("also of a subclass", async () => {
    class Seen extends WeakSet<object> {
      first(one: object): boolean {
        return !this.has(one) && Boolean(this.add(one));
      }
    }
    const [old, fresh] = [{}, {}];
    const seen = new Seen([old, {}]);
    expect(await callRebuilt(() => [seen.first(old), seen.first(fresh), seen.first(fresh)])).toEqual([
      false,
      true,
      false,
    ]);
  });
});

it.each([
  ["after", true],
  ["before", false],
])("equal captures give equal bytes, though the engine lists entries in any order: keys met %s", (_when, isLast) => {
  const make = () => {
    const keys = Array.from({ length: 50 }, (_, index) => ({ index }));
    const map = new WeakMap(keys.map((key) => [key, { of: key.index }]));
    return isLast ? () => [map, keys] : () => [keys, map];
  };
  const texts = Array.from({ length: 5 }, () => Buffer.from(capture(make()).bytes).toString("latin1"));
  expect(new Set(texts).size).toBe(1);
});

/** A class as compilers write it for engines that know no private elements. */
const COUNTER = `
  function makeCounter() {
    class Counter {
      #count = 5;
      static #made = 0;
      constructor() { Counter.#made++; }
      #step(by) { return (this.#count += by); }
      get #twice() { return this.#count * 2; }
      accessor label = "counter";
      next() { return [this.#step(1), this.#twice, Counter.#made, this.label, #count in this]; }
    }
    return new Counter();
  }
`;

describe("private elements that a compiler made WeakMaps of travel", () => {
  const { ES2020 } = ts.ScriptTarget;
  it.each([
    ["tsc", () => ts.transpileModule(COUNTER, { compilerOptions: { target: ES2020 } }).outputText],
    ["esbuild", () => transformSync(COUNTER, { target: "es2020" }).code],
  ])("by %s", async (_name, compile) => {
    const code = compile();
    expect(code).toContain("new WeakMap");
    const counter: Loose = new Function(`${code}\nreturn makeCounter();`)();
    expect(await callRebuilt(() => counter.next())).toEqual([6, 12, 1, "counter", true]);
  });
});
