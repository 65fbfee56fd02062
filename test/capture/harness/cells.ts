export interface Cell {
  id?: string;
  code?: string;
  /** `code` for a notebook of TypeScript, where it differs. */
  typed?: string;
  /** An expression: the function to ship. */
  ship?: string;
  shipTyped?: string;
  /** What a refusal has to name. */
  refused?: string;
  /** May be refused, naming this. */
  either?: string;
  args?: unknown[];
  want?: unknown;
}

/**
 * Cells, as typed into a notebook, a REPL or `node -e`: each runs after the ones before it, at the top level. A cell
 * with `ship` is a case: that expression is made in a cell of its own.
 */
export const cells: Cell[] = [
  { code: `const factor = 3; let count = 10; var offset = 100;` },
  { id: "constant of an earlier cell", ship: `(x) => x * factor`, args: [4], want: 12 },
  { id: "let and var of an earlier cell", ship: `() => count + offset`, want: 110 },
  { code: `const config = { depth: 2, tags: ["a", "b"], inner: { on: true } };` },
  {
    id: "object of an earlier cell",
    ship: `() => [config.depth, config.tags, config.inner.on]`,
    want: [2, ["a", "b"], true],
  },
  { code: `function scale(x) { return x * factor + offset; }` },
  { id: "function of an earlier cell", ship: `(x) => scale(x) + 1`, args: [1], want: 104 },
  { code: `function gcd(a, b) { return b ? gcd(b, a % b) : a; }` },
  { id: "recursive function", ship: `() => gcd(48, 18)`, want: 6 },
  {
    code: `class Point { #id = 7; x; constructor(x) { this.x = x; } get twice() { return this.x * 2; } id() { return this.#id; } static origin() { return new Point(0); } }`,
  },
  {
    id: "class of an earlier cell",
    ship: `(x) => { const p = new Point(x); return [p.twice, p.id(), Point.origin().x, p instanceof Point]; }`,
    args: [4],
    want: [8, 7, 0, true],
  },
  { code: `const p = new Point(5);` },
  { id: "instance of a class", ship: `() => [p.twice, p.id(), p instanceof Point]`, want: [10, 7, true] },
  { code: `class Point3 extends Point { z = 1; get twice() { return super.twice + this.z; } }` },
  { id: "class that extends one of an earlier cell", ship: `() => new Point3(2).twice`, want: 5 },
  {
    code: `const makeCounter = () => { let n = 0; return { up: () => ++n, at: () => n }; }; const counter = makeCounter(); counter.up();`,
  },
  { id: "closure with state", ship: `() => [counter.up(), counter.up(), counter.at()]`, want: [2, 3, 3] },
  {
    code: `const { readFileSync, existsSync } = require("node:fs"); const path = require("path");`,
    typed: `import { readFileSync, existsSync } from "node:fs"; import * as path from "path";`,
  },
  { id: "built-in", ship: `() => [existsSync("/"), path.join("a", "b")]`, want: [true, "a/b"] },
  { code: `const ms = require("ms");`, typed: `import ms from "ms";` },
  { id: "package", ship: `() => ms("1s")`, want: 1000 },
  { id: "dynamic import of a built-in", ship: `async () => (await import("node:path")).sep`, want: "/" },
  { code: `const later = (x) => helper(x) + 1; const helper = (x) => x * 2;` },
  { id: "function that uses a later one", ship: `() => later(4)`, want: 9 },
  {
    code: `const table = new Map([["k", new Set([1, 2])]]); const stamp = new Date(5); const bytes = new Uint8Array([1, 2, 3]);`,
  },
  { id: "built-in objects", ship: `() => [table.get("k"), +stamp, bytes]` },
  { code: `async function slow(x) { await null; return x; } function* steps() { yield 1; yield 2; }` },
  { id: "async and generator functions", ship: `async () => [await slow(3), ...steps()]`, want: [3, 1, 2] },
  { code: `globalThis.shared = { n: 1 };`, typed: `(globalThis as any).shared = { n: 1 };` },
  {
    id: "global of the user",
    either: "shared",
    ship: `() => globalThis.shared.n + shared.n`,
    shipTyped: `() => (globalThis as any).shared.n * 2`,
    want: 2,
  },
  {
    id: "standard globals",
    ship: `() => [typeof Buffer, typeof URL, Math.max(1, 2), typeof process.pid]`,
    want: ["function", "function", 2, "number"],
  },
  { code: `const bad = { deep: { out: new AbortController() } };` },
  { id: "must be refused: controller", ship: `() => bad.deep.out.signal.aborted`, refused: "bad.deep.out" },
  { id: "only what is used", ship: `() => config.depth`, want: 2 },
  {
    id: "template and tagged template",
    ship: `(x) => ((s, ...v) => [s.join("|"), ...v])\`a\${x}b\${factor}\``,
    args: [1],
    want: ["a|b|", 1, 3],
  },
];
