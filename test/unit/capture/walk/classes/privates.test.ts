import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable } from "../../../../../src/capture/types.js";
import { newFolder } from "../../../../support/folders.js";
import { callRebuilt } from "../../round-trip.js";

const made = (text: string) => new Function(text)() as Callable;
const RETURNS = "class Ret { constructor(o) { return o } }";
const HAS = "static has(o) { return #n in o }";

describe("private elements", () => {
  it.each([
    [
      "null for a prototype",
      `class A { #n = 7; ${HAS} } const a = Object.setPrototypeOf(new A(), null); return () => A.has(a)`,
    ],
    [
      "another constructor",
      `class A { #n = 7; ${HAS} } class Z {} const a = new A(); A.prototype.constructor = Z; return () => [A, A.has(a)]`,
    ],
    [
      "another new.target",
      `class A { #n = 1; ${HAS} } class B {} const a = Reflect.construct(A, [], B); return () => A.has(a)`,
    ],
    [
      "a class between that returns it",
      `${RETURNS} class Mid extends Ret {} class A extends Mid { #n = 4; ${HAS} } const a = {}; new A(a); return () => A.has(a)`,
    ],
    [
      "a function",
      `${RETURNS} class A extends Ret { #n = 4; ${HAS} } const a = () => 1; new A(a); return () => A.has(a)`,
    ],
    [
      "a class",
      `${RETURNS} class A extends Ret { #n = 4; ${HAS} } class a { static #n = 1; static n() { return a.#n } } new A(a); return () => [A.has(a), a.n()]`,
    ],
    [
      "a proxy",
      `${RETURNS} class A extends Ret { #n = 4; ${HAS} } const a = new Proxy({}, {}); new A(a); return () => A.has(a)`,
    ],
    [
      "a typed array",
      `${RETURNS} class A extends Ret { #n = 4; ${HAS} } const a = new Uint8Array(2); new A(a); return () => A.has(a)`,
    ],
    [
      "half of a class",
      `let a; class B { constructor() { a = this } } class A extends B { #n = 5; #m = (() => { throw 0 })(); ${HAS} } try { new A() } catch {} return () => A.has(a)`,
    ],
    [
      "half of a class's first",
      `let a; class A { #m = (a = this); #n = (() => { throw 0 })(); ${HAS} } try { new A() } catch {} return () => A.has(a)`,
    ],
    [
      "the class of another",
      `class A { #m = 1; } class B extends A { #n() {} ${HAS} } const a = Object.setPrototypeOf(new A(), B.prototype); return () => B.has(a)`,
    ],
  ])("of an object that has %s are not lost or made up", (_, text) => {
    expect(() => capture(made(text))).toThrow(/a\.#[nm]: /);
  });

  it("of functions and lists come along", async () => {
    const fn =
      'class A extends Function { #n = 5; name = "nn"; n() { return this.#n } } const a = new A("return 1"); return () => [a.n(), a(), a.name, a.length]';
    const list =
      "class A extends Array { #n = 5; n() { return this.#n } } const a = A.of(1, 2); return () => [a.n(), [...a]]";
    expect(await callRebuilt(made(fn))).toEqual([5, 1, "nn", 0]);
    expect(await callRebuilt(made(list))).toEqual([5, [1, 2]]);
  });

  it("are looked for anew in each capture", async () => {
    const text = `class A { n() { return 1 } } class B { #n = 2; n() { return this.#n } } const list = [new A()];
      const swap = () => { Object.setPrototypeOf(A.prototype, B.prototype); delete A.prototype.n; list[0] = Object.setPrototypeOf(new B(), A.prototype) };
      return [() => list.map((one) => one.n()), swap]`;
    const [fn, swap] = made(text) as unknown as [Callable, () => void];
    expect(await callRebuilt(fn)).toEqual([1]);
    swap();
    expect(await callRebuilt(fn)).toEqual([2]);
  });

  it.each([
    ["static I = class { r(o) { return o.#v } }", "const i = new O.I(); return () => i.r(o)", 1],
    [
      "in() { return class { #w = 2; r(o) { return () => [o.#v, this.#w++] } } }",
      "const f = new (o.in())().r(o); f(); return () => f()",
      [1, 3],
    ],
    ["static f = function (one) { return one.#v }", "return () => O.f(o)", 1],
    [
      "view() { const me = this; return { get v() { return me.#v }, up() { me.#v++ } } }",
      "const view = o.view(); return () => { view.up(); return [view.v, o.view().v] }",
      [2, 2],
    ],
    [
      "in() { const me = this; return inner; function inner(x) { return me.#v + x } }",
      "const f = o.in(); return () => f(2)",
      3,
    ],
    ["in() { return () => [arguments.length, this.#v] }", "const f = o.in(7, 8); return () => f()", [2, 1]],
  ])("are those of the class around: %s", async (element, rest, want) => {
    const fn = made(`class O { #v = 1; ${element} } const o = new O(); ${rest}`);
    expect(await callRebuilt(fn)).toEqual(want);
    expect(fn()).toEqual(want);
  });

  it.each([
    [
      "bound",
      "class A { #n = 1; #p(x) { return this.#n + x } f = this.#p.bind(this, 4) } const a = new A(); return () => a.f()",
      5,
    ],
    [
      "by identity",
      "class A { #p() {} all = new Set([this.#p]); has() { return this.all.has(this.#p) } } const a = new A(); return () => a.has()",
      true,
    ],
    [
      "of a class that extends another",
      "class B { #p() { return 'b' } b() { return this.#p } } class A extends B { #p() { return 'a' } a() { return [this.#p, this.#p === this.of] } constructor(x) { super(); this.of = x.of ?? this.#p } } const a = new A({}), f = a.b(); return () => [f(), f === a.b(), a.a()[1], new A(a).a()[1]]",
      ["b", true, true, true],
    ],
    [
      "of the class itself",
      "class A { static #n = 2; static #p() { return A.#n } static f = A.#p.bind(A); static is(f) { return f === A.#p } static get p() { return A.#p } } const f = A.p; return () => [A.f(), A.is(f)]",
      [2, true],
    ],
    [
      "that uses super",
      "class B { hi() { return this.k } } class A extends B { k = 3; #p() { return super.hi() } f = this.#p.bind(this) } const a = new A(); return () => a.f()",
      3,
    ],
  ])("that are methods of a class travel with it: %s", async (_, text, want) => {
    const fn = made(text);
    expect(await callRebuilt(fn)).toEqual(want);
    expect(fn()).toEqual(want);
  });

  it("that are methods travel as values, unless they use what only their class has", async () => {
    const plain =
      "class A { #p() { return 1 } get #q() { return 2 } static get p() { return new A().#p } } const f = A.p; return () => [f(), f.name]";
    expect(await callRebuilt(made(plain))).toEqual([1, "#p"]);
    const bound =
      "class A { #n = 1; #p() { return this.#n } static get p() { return new A().#p } } const f = A.p; return () => f()";
    expect(() => capture(made(bound))).toThrow(/f -> private names/);
  });
});

describe("arrows that use private names beside variables of a method", () => {
  const METHODS = `class E { #s = new Set(); #n = 0;
    on(f) { this.#s.add(f); return () => this.#s.delete(f) }
    add(step) { return () => (this.#n += step) }
    again() { const self = () => [this.#n, typeof self]; return self }
    counted() { let n = 0; return () => this.#n + ++n }
    both() { let n = 0; return [() => this.#n + n, () => ++n] }
    static by = (a, b) => a.#n - b.#n
    static more(d) { return (a) => a.#n + d }
    get size() { return this.#s.size } }
  const e = new E();`;

  it.each([
    ["const off = e.on(e); e.on(1); return () => [e.size, off(), e.size, off()]", [2, true, 1, false]],
    ["const two = e.add(2), three = e.add(3); return () => [two(), three(), two()]", [2, 5, 7]],
    ["const f = e.again(); return () => f()", [0, "function"]],
    ["const f = E.more(2); return () => f(e)", 2],
    ["const { by } = E; return () => by(e, e)", 0],
  ])("%s", async (text, want) => {
    const fn = made(METHODS + text);
    expect(await callRebuilt(fn)).toEqual(want);
    expect(fn()).toEqual(want);
  });

  it.each([
    ["const f = e.counted(); f(); return () => [f(), f()]", [2, 3]],
    ["const [f, g] = e.both(); g(); return () => [g(), f()]", [2, 2]],
    ["const [f, g] = e.both(), [f2, g2] = e.both(); g(); return () => [g(), f(), g2(), f2()]", [2, 2, 1, 1]],
  ])("%s, whose variable changes", async (text, want) => {
    const fn = made(METHODS + text);
    expect(await callRebuilt(fn)).toEqual(want);
    expect(fn()).toEqual(want);
  });

  it("are refused where they use super as well, as the variable changes", () => {
    const text =
      "class B { n = 1 } class A extends B { up() { let n = 0; return () => super.n ?? ++n } } const f = new A().up(); return () => f()";
    expect(() => capture(made(text))).toThrow(/f -> n: it is a variable of a method that captured code assigns/);
  });

  it("belong to the class of their own run", async () => {
    const mk = "const mk = () => class { #n = 1; static of() { return (a) => #n in a } }; const A = mk(), B = mk();";
    expect(
      await callRebuilt(made(`${mk} const f = B.of(), a = new A(), b = new B(); return () => [f(a), f(b)]`)),
    ).toEqual([false, true]);
    expect(() => capture(made(`${mk} const f = B.of(), a = new A(); return () => f(a)`))).toThrow(/f -> private names/);
  });
});

describe("an object with private elements of a package's class", () => {
  function tankOf(text: string): { fill(): unknown } {
    const folder = newFolder();
    mkdirSync(join(folder, "node_modules/tanks"), { recursive: true });
    writeFileSync(join(folder, "node_modules/tanks/index.js"), text);
    const tanks = createRequire(join(folder, "main.js"))("tanks");
    return new tanks.Tank();
  }

  it.each([
    ["a field", "exports.Tank = class Tank { #litres = 1; fill() { return ++this.#litres } };", 2],
    ["a method", "exports.Tank = class Tank { #pump() { return 1 } fill() { return this.#pump() } };", 1],
    [
      "a field of a class that an exported one extends",
      "class Base { #litres = 1; fill() { return this.#litres } } exports.Tank = class Tank extends Base {}; exports.Base = Base;",
      1,
    ],
  ])("takes the package along by value: %s", async (_name, text, want) => {
    const tank = tankOf(text);
    expect(await callRebuilt(() => tank.fill())).toBe(want);
  });

  it("is refused by the class's and the package's name where the package cannot travel", () => {
    const tank = tankOf(`const never = Promise.resolve();
      exports.Tank = class Tank { #litres = 1; fill() { return [never, ++this.#litres] } };`);
    expect(() => capture(() => tank.fill())).toThrow(
      /Cannot capture tank\.#litres: it is private to Tank of the package tanks, which a worker loads.+; and the package cannot travel by value, because of .+never: it is a promise/,
    );
  });
});
