import inspector from "node:inspector";
import { afterEach, describe, expect, it, vi } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Callable } from "../../../../src/capture/types.js";
import { callRebuilt } from "../round-trip.js";

afterEach(() => vi.restoreAllMocks());

/** How many functions are paused while one is captured. */
function pausesOf(fn: Callable): number {
  const post = vi.spyOn(inspector.Session.prototype, "post");
  capture(fn);
  return post.mock.calls.filter(([method]) => (method as string) === "Debugger.setBreakpointOnFunctionCall").length;
}

describe("a variable that reads as undefined", () => {
  it("is known to be initialised by a later one of its scope that has a value, and nothing is paused", async () => {
    let empty: unknown;
    const later = { n: 1 };
    const fn = () => [empty, later.n];
    expect(pausesOf(fn)).toBe(0);
    expect(await callRebuilt(fn)).toEqual([undefined, 1]);
    empty = undefined;
  });

  it("is known to be initialised where the function is made behind its declaration, however deep", async () => {
    let empty: unknown;
    const make = () => ({ read: () => empty });
    expect(pausesOf(make().read)).toBe(0);
    expect(await callRebuilt(make().read)).toBe(undefined);
    empty = undefined;
  });

  it("is refused where the function is made by its own declaration, or before that", () => {
    const texts = [
      "let made; let late = (made = () => late, f(made)); return made;",
      "f(made); let late; function made() { return late; }",
      "{ f(made); let late; { function made() { return late; } f(made); } } function made() { return () => late; } let late;",
    ];
    for (const text of texts) {
      const refused: string[] = [];
      const f = (fn: Callable) => {
        try {
          capture(fn.length === 0 && fn.name === "made" ? fn : () => fn);
        } catch (error) {
          refused.push((error as Error).message);
        }
      };
      new Function("f", text)(f);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]).toContain("late");
    }
  });

  it("is refused ahead of its declaration, whatever stands before it", () => {
    const before = { n: 1 };
    const fn = () => [before.n, late];
    expect(() => capture(fn)).toThrow("late");
    let late: unknown;
    expect(() => capture(fn)).not.toThrow();
  });

  it("is refused in a case of a switch that was passed over, where a later one has a value", () => {
    const text =
      "switch (n) { case 1: let skipped; return () => skipped; default: const set = { n }; return () => [skipped, set]; }";
    const of = new Function("n", text);
    expect(() => capture(of(2))).toThrow("skipped");
    expect(() => capture(of(1))).not.toThrow();
  });
});
