import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { load } from "../../../../../src/capture/rebuild/rebuild.js";
import type { Callable } from "../../../../../src/capture/types.js";

/** Text of code that returns the function to ship. */
type Text = string;

function made(text: Text): Callable {
  return new Function(text)();
}

/** What the function returns after the journey, twice, and what it returns here. */
async function compare(text: Text): Promise<void> {
  const fn = made(text);
  const program = await load(capture(fn).bytes);
  const [first, second] = [await program.instantiate().fn(), await program.instantiate().fn()];
  const want = await fn();
  expect(first).toEqual(want);
  expect(second).toEqual(want);
}

const HAS_RUN = "let runs = 0;";

describe("constructors of objects with private fields, whatever their parameters, do not run", () => {
  it.each([
    "class A { #a; constructor([h, ...t]) { this.#a = [h, t] } get() { return this.#a } } const a = new A([1, 2]); return () => [a.get(), A.length]",
    "class A { #a; constructor({ a, ...rest }) { this.#a = [a, rest] } get() { return this.#a } } const a = new A({ a: 1, b: 2 }); return () => [a.get(), A.length]",
    `${HAS_RUN} const key = () => ++runs && "k"; class A { #a; constructor({ [key()]: v }) { this.#a = v } get() { return this.#a } } const a = new A({ k: 1 }); return () => [a.get(), runs]`,
    `${HAS_RUN} class A { #a; constructor(x, { a } = { a: ++runs }, q = ++runs) { this.#a = a } get() { return this.#a } } const a = new A(0, { a: 5 }); return () => [a.get(), A.length, runs, new A().get()]`,
    `${HAS_RUN} class B { b = 1 } class A extends B { #a; constructor({ a } = { a: ++runs }) { super(); this.#a = a } get() { return [this.#a, this.b] } } const a = new A({ a: 5 }); return () => [a.get(), A.length, runs, new A().get()]`,
    `${HAS_RUN} class A { #a; constructor(...[h = ++runs, { x } = { x: ++runs }, ...t]) { this.#a = [h, x, t] } get() { return this.#a } } const a = new A(1, { x: 2 }, 3); return () => [a.get(), runs, new A().get()]`,
    `${HAS_RUN} class A { #a; constructor(...{ length, [++runs]: v, 0: { w } }) { this.#a = [length, v, w] } get() { return this.#a } } const a = new A({ w: 1 }, 2); return () => [a.get(), runs]`,
    `${HAS_RUN} class A { #a; constructor(${"abcdefghijklmnopqrstuvwxyz".split("").join(", ")}, aa, ab, ac, ad, ae, af, ag = ++runs) { this.#a = ag } get() { return this.#a } } const a = new A(); return () => [a.get(), runs, A.length]`,
    "class A { #a; constructor(f = () => 1, g = class {}) { this.#a = [f.name, g.name] } get() { return this.#a } } const a = new A(); return () => [a.get(), new A().get()]",
    "class A { #a; constructor({ a }) { this.#a = arguments.length } static length() { return 5 } get() { return this.#a } } const a = new A({}, 1); return () => [a.get(), A.length(), new A({}).get()]",
    "class A { #a; constructor(z, { a }) { this.#a = a } } const a = new A(0, {}); return () => { try { return [a, new A(0)] } catch (e) { return e.name } }",
  ])("%s", compare);
});

describe("the code of a class is the same program without its static parts", () => {
  it.each([
    'const o = { v: 1 }; class A {\n x = o\n static z = 3;\n ["v"] = 5\n} return () => ({ ...new A() })',
    "class A {\n x = 1\n static { A.z = 3 }\n *gen() { yield this.x }\n} return () => [...new A().gen()]",
    "class A {\n x = 1\n static #z = 3;\n *gen() { yield A.#z }\n} return () => [...new A().gen()]",
  ])("%s", compare);
});

describe("methods that a class got from elsewhere stay what they are", () => {
  const PAIR =
    "const mk = (n) => class { m() { return n } static s() { return n } get g() { return n } }; const A = mk(1), B = mk(2);";
  it.each([
    `${PAIR} A.prototype.m = B.prototype.m; return () => new A().m()`,
    `${PAIR} A.s = B.s; return () => [A.s(), B.s()]`,
    `${PAIR} Object.defineProperty(A.prototype, "g", Object.getOwnPropertyDescriptor(B.prototype, "g")); return () => new A().g`,
    'const mk = (tag) => ({ m() { return tag } }).m; class A { m() { return tag } } const tag = "own"; Object.defineProperty(A.prototype, "m", { value: mk("other"), writable: true, configurable: true }); return () => new A().m()',
    "class B { m() { return 1 } } class A extends B { #n = 1; m() { return super.m() + this.#n } } const { m } = A.prototype; A.prototype.m = function () { return m.call(this) + 1 }; const a = new A(); return () => a.m()",
  ])("%s", compare);

  it.each([
    "const mk = (P) => class extends P { who() { return super.who() } }; const A = mk(class { who() { return 1 } }), w = mk(class { who() { return 2 } }).prototype.who; return () => [new A().who(), w()]",
    "const mk = () => class { #n = 1; has(o) { return #n in o } }; const A = mk(), a = new A(), has = mk().prototype.has; return () => [a.has(a), has(a)]",
  ])("%s is refused", (text) => {
    expect(() => capture(made(text))).toThrow(/(w -> super|has -> private names): it stands in the code/);
  });
});

describe("what a class extends, and its prototype, can be changed", () => {
  it.each([
    "class A {} class B extends A {} Object.setPrototypeOf(B, Function.prototype); return () => [Object.getPrototypeOf(B) === Function.prototype, new (class extends A {})() instanceof A]",
    "class P { p() { return 1 } } class Q { p() { return 2 } } class N extends P { p() { return super.p() } } Object.setPrototypeOf(N.prototype, Q.prototype); return () => [new N().p(), Object.getPrototypeOf(N) === P]",
    "class N extends null { static s() { return 1 } } Object.setPrototypeOf(N.prototype, { q: 1 }); return () => [N.s(), N.prototype.q]",
    "function F(x) { this.x = x } const G = F.bind(null, 4); G.prototype = F.prototype; class C extends G { #p = 3; p() { return this.#p + this.x } } const c = new C(1); return () => [new C().x, c.p(), c instanceof F, Object.getPrototypeOf(C) === G]",
    "class F { f() { return 2 } } const G = new Proxy(F, {}); class C extends G { #p = 3; p() { return this.#p + super.f() } } const c = new C(1); return () => [new C().p(), c.p(), Object.getPrototypeOf(C) === G]",
    'class A {} delete A.prototype.constructor; return () => [Object.hasOwn(A.prototype, "constructor"), new A().constructor === Object]',
  ])("%s", compare);
});

describe("keys of fields", () => {
  it("may be constants whose text tells their value", async () => {
    await compare('const k = "dyn"; class A { [k] = 1 } return () => ({ ...new A() })');
    expect(() => capture(made('let k = "dyn"; class A { [k] = 1 } return () => ({ ...new A() })'))).toThrow(
      /A \(computed field\)/,
    );
  });
});
