/** What a capture tells of the clock, of random numbers, and of the index of a call. */
import crypto, { randomInt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Callable } from "../../../../src/capture/types.js";

interface Context {
  index: number;
  attempt: number;
  signal: AbortSignal;
  [member: string]: unknown;
}

const readsOf = (fn: Callable) => capture(fn).reads;
const draw = () => Math.random();
const { now } = Date;

describe("what code reads that is something else the next time", () => {
  it.each<[string, Callable, string[], string[]]>([
    ["nothing", (x: number) => Math.max(x, new Date(x).getTime(), Date.parse("2020-01-01")), [], []],
    ["Date.now", () => Date.now(), ["Date.now"], []],
    ["new Date", () => new Date(), ["new Date"], []],
    ["Date as a function", () => Date(), ["new Date"], []],
    ["performance.now", () => performance.now(), ["performance.now"], []],
    ["process.hrtime.bigint", () => process.hrtime.bigint(), ["process.hrtime", "process.hrtime.bigint"], []],
    ["Math.random in a helper", () => draw(), [], ["Math.random"]],
    ["what a variable has of them", () => now(), ["Date.now"], []],
    ["a function of node:crypto", () => randomInt(5), [], ["crypto.randomInt"]],
    ["a member of node:crypto", () => crypto.randomUUID(), [], ["crypto.randomUUID"]],
    ["globalThis.crypto", () => globalThis.crypto.getRandomValues(new Uint8Array(1)), [], ["crypto.getRandomValues"]],
  ])("%s", (_, fn, clock, random) => {
    expect(readsOf(fn)).toMatchObject({ clock, random });
  });

  it("a variable of that name is something else", () => {
    // biome-ignore lint/suspicious/noShadowRestrictedNames: that is what is tested
    const Date = { now: () => 1 };
    // biome-ignore lint/suspicious/noShadowRestrictedNames: likewise
    const fn = (Math: { random: () => number }) => Date.now() + Math.random();
    expect(readsOf(fn)).toMatchObject({ clock: [], random: [] });
  });
});

describe("whether a function may get at the index of its call", () => {
  const take = (...all: unknown[]) => all;
  it.each<[string, Callable, boolean]>([
    ["no parameter for it", (x: number) => x, false],
    ["other members", (x: number, { attempt, signal: { aborted } }: Context) => [x, attempt, aborted], false],
    ["its member, taken apart", (_x: number, { index: at }: Context) => at, true],
    ["a rest", (_x: number, { attempt, ...rest }: Context) => [attempt, rest], true],
    ["other members of a variable", (x: number, context: Context) => [x, context.attempt, context["signal"]], false],
    ["the member of a variable", (_x: number, context: Context) => context.index, true],
    ["a variable that is handed on", (_x: number, context: Context) => take(context), true],
    ["a computed member", (x: string, context: Context) => context[x], true],
    [
      "a member of the same name of something else",
      (x: Context, context: Context) => [x.index, { context: 1 }, context.attempt],
      false,
    ],
    ["all arguments", (...all: unknown[]) => all, true],
    [
      "arguments",
      function () {
        // biome-ignore lint/complexity/noArguments: that is what is tested
        return arguments.length;
      },
      true,
    ],
    ["a bound function", ((_a: number, x: number) => x).bind(null, 1), false],
    ["a bound function with a parameter more", ((_a: number, _x: number, c: Context) => c.index).bind(null, 1), true],
  ])("%s", (_, fn, may) => {
    expect(readsOf(fn).index.includes(1)).toBe(may);
  });

  it("behind the two values of a fold, it is the third parameter", () => {
    expect(readsOf((a: number, b: number) => a + b).index).not.toContain(2);
    expect(readsOf((_a: number, _b: number, c: Context) => c.index).index).toContain(2);
  });
});
