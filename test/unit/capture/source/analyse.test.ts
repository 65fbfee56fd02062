import { describe, expect, it } from "vitest";
import { analyse } from "../../../../src/capture/source/analyse.js";
import { parseFunctionText } from "../../../../src/capture/source/parse.js";

function analysisOf(text: string) {
  const parsed = parseFunctionText(text, false);
  if (!parsed) throw new Error(`does not parse: ${text}`);
  return analyse(parsed.node);
}

const freeNames = (text: string): string[] => [...analysisOf(text).free.keys()].sort();

describe("free names", () => {
  it.each([
    ["(x) => x + y", ["y"]],
    ["function f(n) { return n ? f(n - 1) : g }", ["g"]],
    ["(a, b = a + d, { k = e, ...rest } = {}) => [a, b, k, rest]", ["d", "e"]],
    ["() => { var v; let l; const c = 1; class K {} function h() {} return [v, l, c, K, h] }", []],
    ["(f = () => x) => { var x = 1; return f() + x }", ["x"]],
    ["() => { try { a() } catch ({ message }) { return message } }", ["a"]],
    ["() => { for (const i of list) { out: while (i) break out } }", ["list"]],
    ["(o) => ({ a: o.b, [k]: 1, m() { return this.z } })", ["k"]],
    ["class A extends B { x = y; static z = w; m() { return A } }", ["B", "w", "y"]],
    ["() => typeof nowhere", ["nowhere"]],
    ["() => ({ *m() { yield /[}'`]/g; yield a / b / c } })", ["a", "b", "c"]],
    [`() => \`\${(async function ({ a }, { b }) { c })}\``, ["c"]],
    ["() => [async function () {} / d, async function* () { yield /[}]/ } / e]", ["d", "e"]],
    ["(o) => { ({ a: p, b: [q] } = o) }", ["p", "q"]],
  ])("%s", (text, names) => {
    expect(freeNames(text)).toEqual(names);
  });
});

describe("assignments", () => {
  it.each([
    "() => n++",
    "() => { n = 1 }",
    "() => { [n] = [1] }",
    "() => { ({ a: n } = {}) }",
    "() => { for (n of []); }",
  ])("%s assigns n", (text) => {
    expect(analysisOf(text).free.get("n")?.assigned).toBe(true);
  });

  it("a member's assignment does not assign the variable", () => {
    expect(analysisOf("() => { n.a = 1 }").free.get("n")).toMatchObject({
      assigned: false,
      uses: [{ members: ["a"], end: "write" }],
    });
  });
});

describe("what a call provides", () => {
  it("counts this only where it is the root's own", () => {
    expect(analysisOf("() => this").usesThis).toBe(true);
    expect(analysisOf("() => function () { return this }").usesThis).toBe(false);
    expect(analysisOf("() => class { x = this }").usesThis).toBe(false);
  });

  it("takes an arrow's arguments for a variable around it", () => {
    expect(analysisOf("() => { arguments[0] = 1 }").free.has("arguments")).toBe(true);
    expect(analysisOf("function f() { return arguments }").free.has("arguments")).toBe(false);
  });

  it("sees direct eval, import.meta and dynamic imports", () => {
    const found = analysisOf("async () => { eval('1'); import.meta.url; await import('x') }");
    expect(found).toMatchObject({ directEval: true, importMeta: true, imports: [{ specifier: "x" }] });
    expect(analysisOf("(eval) => eval('1')").directEval).toBe(false);
    expect(analysisOf("(x) => { if (x) { return x; eval('1') } }").directEval).toBe(false);
    expect(analysisOf("(x) => { if (x) { return x } eval('1') }").directEval).toBe(true);
    expect(analysisOf("() => { return run(); function run() { eval('1') } }").directEval).toBe(true);
  });
});

describe("harmless uses of a list", () => {
  it.each([
    ["(i) => v[i] + v.length", true],
    ["() => { let s = 0; for (const x of v) s += x; return s }", true],
    ["() => v.map((x) => x * 2)", true],
    ["() => v.map((x, i, all) => all)", false],
    ["() => v.map(f)", false],
    ["(i) => { v[i] = 1 }", false],
    ["(i) => v[i]()", false],
    ["() => v.sort()", false],
    ["() => g(v)", false],
  ])("%s: %s", (text, expected) => {
    expect(
      analysisOf(text)
        .free.get("v")
        ?.uses.every((use) => use.harmless),
    ).toBe(expected);
  });
});
