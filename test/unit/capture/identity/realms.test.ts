/**
 * Code of other contexts, as test runners make them.
 *
 * @module-tag long
 */
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { runNode } from "../../../support/run-script.js";
import { callRebuilt } from "../round-trip.js";

const COUNTERS = `const make = () => { let n = 0; let held = {}; return { up: () => { held = {}; return ++n; }, at: () => n }; };`;

describe("a function of another context travels with", () => {
  it.each([
    ["objects", `const o = { a: [1, new Map([["k", new Set([2])]])] }; () => [o.a[0], [...o.a[1].get("k")]]`, [1, [2]]],
    [
      "a class",
      `class A { #x = 1; get x() { return this.#x; } } const a = new A(); () => [a.x, a instanceof A]`,
      [1, true],
    ],
    ["this", `function make() { return () => this.k; } make.call({ k: 5 })`, 5],
    [
      "async functions",
      `const f = async (x) => x + 1; async () => [await f(1), Object.getPrototypeOf(f).constructor.name]`,
      [2, "AsyncFunction"],
    ],
    ["generators", `function* g() { yield 1; } () => [...g()]`, [1]],
    ["globals of the context", `() => [given, typeof Map]`, [7, "function"]],
    [
      "the context's built-ins",
      `const { Map: M, JSON: J, Math: { max } } = globalThis; () => [new M([[1, 2]]).get(1), J.stringify([1]), max(1, 2)]`,
      [2, "[1]", 2],
    ],
    [
      "buffers",
      `const f = new Float32Array([1]); const b = f.buffer; () => [f.buffer === b, b.byteLength, f[0]]`,
      [true, 4, 1],
    ],
    ["a shared variable", `${COUNTERS} const c = make(), d = make(); () => [c.up(), c.at(), d.at()]`, [1, 1, 0]],
    [
      "many shared variables",
      `${COUNTERS} const all = [1, 2, 3, 4, 5].map(make); () => all.map((one, i) => [i % 2 ? one.up() : 0, one.at()].join())`,
      ["0,0", "1,1", "0,0", "1,1", "0,0"],
    ],
    ["an error", `const e = new TypeError("no"); () => [e instanceof TypeError, e.message]`, [true, "no"]],
  ])("%s", async (_, code, expected) => {
    const fn = runInNewContext(code, { given: 7 });
    expect(await callRebuilt(fn)).toEqual(expected);
    const own = JSON.stringify(await fn());
    expect(own).toBe(JSON.stringify(expected));
  });

  it("not with what the context has in the place of a built-in", async () => {
    const fn = runInNewContext("const held = Map; () => held.mine", { Map: { mine: 3 } });
    expect(await callRebuilt(fn)).toBe(3);
  });
});

/** As Jest loads a package: in a context of the test file's own, where `process` and `exports` objects are others. */
const LIKE_JEST = `
  import { createRequire } from "node:module";
  import { buildSync } from "esbuild";
  import vm from "node:vm";
  const require = createRequire(process.cwd() + "/package.json");
  const copy = Object.create(Object.getPrototypeOf(process), Object.getOwnPropertyDescriptors(process));
  const context = vm.createContext({ process: copy, console, Buffer, URL, URLSearchParams, TextEncoder, TextDecoder, ArrayBuffer, Uint8Array });
  const lib = { twice: (x) => 2 * x };
  const entry = process.cwd() + "/dist/src/index.js";
  const { outputFiles: [built] } = buildSync({
    entryPoints: [entry], bundle: true, platform: "node", format: "cjs", write: false,
    external: ["esbuild", "@aws-sdk/*"], define: { "import.meta.url": JSON.stringify("file://" + entry) },
  });
  const load = vm.compileFunction(built.text, ["exports", "module", "require", "process"], { parsingContext: context });
  const module = { exports: {} };
  load(module.exports, module, (name) => (/process$/.test(name) ? copy : require(name)), copy);
  const test = vm.compileFunction(TEST, ["explain", "lib"], { parsingContext: context });
  console.log(JSON.stringify(test(module.exports.explain, lib)));
`;

const TEST = `
  const k = 2; let n = 0; const up = () => ++n, at = () => n;
  const made = new (class { v = 3; make() { return () => this.v; } })().make();
  const bytes = new Float32Array(2);
  return [(x) => x * k, () => [up(), at()], made, () => lib.twice(k), () => bytes.buffer, () => new Map([[k, [k]]])].map((fn) => {
    try { return String(explain(fn)).replace(/: .*/s, ""); } catch (error) { return error.message; }
  });
`;

it("captures where it is loaded into another context, with another process", async () => {
  const script = LIKE_JEST.replace("TEST", () => JSON.stringify(TEST));
  const { stdout, stderr } = await runNode(["--input-type=module", "--eval", script]);
  expect(stdout, stderr).not.toBe("");
  expect(JSON.parse(stdout)).toEqual(Array(6).fill(expect.stringMatching(/^(made|\(anonymous function\))$/)));
}, 40_000);
