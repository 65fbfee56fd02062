/** @alone as it compares stacks before and after they are mapped, and other tests have them mapped for good. */
import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { load, originalStack } from "../../../../src/capture/rebuild/rebuild.js";
import type { Callable } from "../../../../src/capture/types.js";
import { roundTrip } from "../round-trip.js";

const FILE = "file:///home/plum.js";

/** The functions of a script that stands in a file of its own. */
function script(source: string): Callable[] {
  return vm.runInThisContext(source, { filename: FILE });
}

function places(stack: string): string[] {
  return [...stack.matchAll(/home\/plum\.js[^:]*:\d+:\d+/g)].map(([place]) => place);
}

/** Places in the stack that the function returns, here and rebuilt. */
async function bothWays(fn: Callable): Promise<[here: string[], rebuilt: string[]]> {
  const rebuilt = (await roundTrip(fn)).fn() as string;
  expect(places(rebuilt)).not.toEqual(places(originalStack(rebuilt)));
  return [places(fn()).slice(0, places(rebuilt).length), places(originalStack(rebuilt))];
}

describe("originalStack", () => {
  it.each([
    ["several functions on one line", "(() => { const a = () => new Error('x').stack, b = () => a(); return [b]; })()"],
    [
      "a function declared in the middle of a line",
      "(() => {\n  var f = 1; function g  (x) { return new Error('x').stack } return [g]; })()",
    ],
    ["a parenthesis in a comment before the parameters", "[function /* ( */ (x) { return new Error('x').stack }]"],
    [
      "a method with brackets in comments",
      "[({ /* [ */ ['m' /* ] */] /* ( */ (x) { return new Error('x').stack } }).m]",
    ],
    ["a method", "(() => { const o = { m(x) { return new Error('x').stack } }; return [() => o.m()]; })()"],
    [
      "a class with a constructor",
      "(() => { class C { #p = 1; constructor(s) { this.s = s }  m() { return new Error(this.#p).stack } } const c = new C(2); return [() => c.m()]; })()",
    ],
    [
      "an initialiser of a stamped class",
      "(() => { class C { #p = 1; s = new Error(this.#p).stack } const c = new C(); return [() => (c, new C().s)]; })()",
    ],
    [
      "a line whose imports were rewritten",
      "[() => { const f = () => import('x'), g = () => import('y'); return new Error('x').stack }]",
    ],
    ["line ends of other systems", "\r\n\r\n  [() => {\r\n    return new Error('x').stack }]"],
  ])("gives the places of %s", async (_, source) => {
    const [here, rebuilt] = await bothWays(script(source)[0] as Callable);
    expect(rebuilt.length).toBeGreaterThan(0);
    expect(rebuilt).toEqual(here);
  });

  it("keeps programs of one file apart", async () => {
    const first = (await roundTrip(script("\n\n[() => new Error('x').stack]")[0] as Callable)).fn() as string;
    const second = (await roundTrip(script("\n[1, () => new Error('x').stack]")[1] as Callable)).fn() as string;
    expect(places(originalStack(first))[0]).toContain("plum.js:3:8");
    expect(places(originalStack(second))[0]).toContain("plum.js:2:11");
  });

  it("leaves other text alone, and costs no payload its determinism", async () => {
    const text = "Error: at file:///home/plum.js?nodewren-abcdef-1:2:3";
    expect(originalStack(text)).toBe(text);
    const [fn] = script("[() => 1]") as [Callable];
    expect(capture(fn).bytes).toEqual(capture(fn).bytes);
    await load(capture(fn).bytes);
  });
});
