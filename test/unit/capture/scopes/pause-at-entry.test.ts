/** @alone as a large heap is not read, which is asked where a function cannot be paused. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { pausesAtOnce } from "../../../../src/capture/source/entry.js";
import { parseFunctionText } from "../../../../src/capture/source/parse.js";
import type { Callable } from "../../../../src/capture/types.js";

const CHILD = fileURLToPath(new URL("./pause-child.ts", import.meta.url));
/** About fifty of the 170,000 functions; `node --import tsx probe-child.ts 31 SEED` tries more by hand. */
const ONE_IN = 3000;

describe("pausing at a function's entry", () => {
  it("neither ends the process nor runs the program's code, whatever the function", { tags: ["long"] }, () => {
    const seed = Math.floor(Math.random() * ONE_IN);
    const { stdout, signal } = spawnSync(process.execPath, ["--import", "tsx", CHILD, String(ONE_IN), String(seed)], {
      encoding: "utf8",
    });
    expect(signal, `seed ${seed}`).toBe(null);
    const told = JSON.parse(stdout);
    expect(told.ran, `seed ${seed}`).toEqual([]);
    expect(told.elsewhere, `seed ${seed}`).toEqual([]);
    expect(told.paused).toBeGreaterThan(0);
    expect(told.pausedInside).toBeGreaterThan(0);
  });

  it.each([
    ["() => this.a", true],
    ["(a, { b, c: d }, [e, ...f]) => this", true],
    ["(a, ...rest) => { for (const x of a) this.b(x) }", true],
    ["function () { class A { m() {} } return A }", true],
    ["(a = f(), { b: { c = f() } }) => this", true],
    ["() => { switch (this.a) { case 1: return 2 } }", true],
    ["({ [f()]: a }) => this", false],
    ["([{ [f()]: a }] = []) => this", false],
    ["() => { switch (f()) { default: let a; return () => a } }", false],
    ["() => { class A extends (b = 1, B) {} }", false],
    ["() => { try { { class A { static a = b++ } } } catch {} }", false],
    ["() => { for (;;) {} }", false],
    ["function* () { yield this }", true],
    ["async function* (a = f()) { return class A extends B {} }", true],
    ["function* ({ [f()]: a }) {}", false],
  ])("%s: %s", (text, expected) => {
    expect(pausesAtOnce(parseFunctionText(text, false)?.node as never)).toBe(expected);
  });

  it("is not done while a caller waits for the value of a switch: the heap is read instead", () => {
    const attempt = (fn: Callable): string => {
      try {
        capture(fn);
        return "captured";
      } catch (error) {
        return String(error);
      }
    };
    const both = function (this: unknown): string[] {
      const before = attempt(() => this);
      switch (attempt(() => this)) {
        case "captured":
          return [before, "captured"];
        default:
          return (() => [before, "refused"])();
      }
    };
    expect(both.call({})).toEqual(["captured", "captured"]);
  });
});
