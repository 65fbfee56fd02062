import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { newFolder } from "../../../../support/folders.js";
import { callRebuilt } from "../../round-trip.js";

/** A package that makes proxies of several kinds, and notes each trap that is run. */
function wrappers(): Loose {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules/wrappers"), { recursive: true });
  writeFileSync(join(folder, "node_modules/wrappers/index.js"), WRAPPERS);
  writeFileSync(join(folder, "main.js"), "");
  return createRequire(join(folder, "main.js"))("wrappers");
}

const WRAPPERS = `
  const ran = [];
  exports.ran = ran;
  const noted = (inner) => new Proxy({}, { get: (_, name) => (...args) => { ran.push(name); return (inner[name] ?? Reflect[name])(...args); } });
  exports.noted = noted;
  exports.list = (items) => new Proxy([], { get(_, key) {
    ran.push("get");
    return key === "length" ? items.length : key === "sum" ? () => items.reduce((a, b) => a + b, 0) : items[key];
  } });
  exports.deep = (target) => new Proxy(target, { get(of, key, self) {
    ran.push("get");
    const found = Reflect.get(of, key, self);
    return typeof found === "object" && found !== null ? exports.deep(found) : found;
  }, set(of, key, value) { ran.push("set"); of[key] = value * 10; return true; } });
  exports.counted = (Base) => new Proxy(Base, { construct(of, args, self) { ran.push("construct"); return Reflect.construct(of, args, self); } });
  exports.chain = (styles) => new Proxy(function paint(text) { return styles.join("+") + ":" + text; }, {
    get(of, key) { ran.push("get"); return key in of ? of[key] : exports.chain([...styles, key]); },
    apply(of, self, args) { ran.push("apply"); return of(...args); },
  });
`;

describe("proxies that a package made travel as target and handler", () => {
  it.each<[string, (make: Loose) => Callable, unknown]>([
    [
      "members that only the trap knows",
      ({ list }) => ((l) => () => [l.sum(), l.length, l[1]])(list([1, 2, 3])),
      [6, 3, 2],
    ],
    [
      "deep reading and writing",
      ({ deep }) => {
        const d = deep({ a: { b: 1 } });
        return () => {
          d.a.b = 2;
          return d.a.b;
        };
      },
      20,
    ],
    [
      "functions, called and read",
      ({ chain }) => ((c) => () => [c("x"), c.red.bold("y")])(chain(["dim"])),
      ["dim:x", "dim+red+bold:y"],
    ],
    [
      "one among the prototypes",
      ({ list }) => ((o) => () => [o.own, o[0]])(Object.create(list([7]), { own: { value: 1 } })),
      [1, 7],
    ],
    [
      "a class that extends one",
      ({ counted }) => {
        class Base {
          x = 3;
        }
        class Own extends counted(Base) {}
        return () => [(new Own() as Loose).x, new Own() instanceof Base];
      },
      [3, true],
    ],
    [
      "in collections, bound arguments and errors",
      ({ list }) => {
        const [l, m] = [list([4]), list([5])];
        const [map, error] = [new Map([[l, m]]), new Error("e", { cause: m })];
        const bound = ((a: Loose, b: Loose) => a[0] + b).bind(undefined, l);
        return () => [map.get(l)[0], bound(1), (error.cause as Loose)[0], new WeakMap([[l, 2]]).get(l)];
      },
      [5, 5, 5, 2],
    ],
    [
      "a handler that is one",
      ({ noted }) => ((p) => () => [p.a, "a" in p, Object.keys(p)])(new Proxy({ a: 1 }, noted({}))),
      [1, true, ["a"]],
    ],
  ])("%s", async (_name, make, want) => {
    const made = wrappers();
    const fn = make(made);
    made.ran.length = 0;
    const { bytes } = capture(fn);
    expect(bytes.length).toBeGreaterThan(0);
    expect(made.ran).toEqual([]);
    expect(await callRebuilt(fn)).toEqual(want);
  });
});

describe("a revoked proxy is refused, and so is what revokes one", () => {
  it("by name", () => {
    const { proxy, revoke } = Proxy.revocable({ a: 1 } as Loose, {});
    const draft = { state: proxy, end: revoke };
    expect(() => capture(() => draft.end())).toThrow(
      /Cannot capture draft\.end: it is the function that revokes a proxy/,
    );
    revoke();
    expect(() => capture(() => proxy.a)).toThrow(/Cannot capture proxy: it is a revoked proxy/);
    const child = Object.create(proxy);
    expect(() => capture(() => child.a)).toThrow(/it is a revoked proxy/);
  });
});
