import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

/** What a template package makes of a text: a function in sloppy mode, with helpers of the package's around it. */
function template(text: string): Callable {
  const code = text.replace(/<%=(.+?)%>/g, (_, inner) => `' + escape(${inner}) + '`);
  const made = new Function(
    "escape",
    "helpers",
    `return function (data) { var out; with (data || {}) { out = '${code}'; } return out; };`,
  );
  const escapeText = (value: unknown) => String(value).replace("<", "&lt;");
  return made(escapeText, { shout: (word: string) => `${word}!` });
}

describe("a with statement in the code of a function", () => {
  it("finds what its object has, and else what stands around", async () => {
    const greet = template("Hi <%=name%>, <%=helpers.shout(word)%> <%=Math.max(1, count)%>");
    const data = [
      { name: "<b", word: "hey", count: 3 },
      { name: 1, word: "a", count: 0, escape: () => "own" },
    ];
    const want = ["Hi &lt;b, hey! 3", "Hi own, own own"];
    expect(data.map((one) => greet(one))).toEqual(want);
    expect(await callRebuilt((list: Loose[]) => list.map((one) => greet(one)), data)).toEqual(want);
    await expect(callRebuilt(() => greet({}))).rejects.toThrow("name is not defined");
  });

  it("assigns what its object has, or the variable around", async () => {
    const make = new Function(
      "scope",
      "var n = 1, m = 1; return { run() { with (scope) { n += 10; m += 10; } return [scope.n, n, m]; }, see: () => [n, m] };",
    );
    const made = make({ n: 5 });
    expect(await callRebuilt(() => [made.run(), made.see()])).toEqual([
      [15, 1, 11],
      [1, 11],
    ]);
  });

  it("stands in sloppy code beside strict code of its file", async () => {
    const both = new Function(
      "return [function (o) { with (o) return a; }, function () { 'use strict'; return this; }]",
    )();
    const [loose, strict] = both;
    expect(await callRebuilt(() => [loose({ a: 1 }), strict()])).toEqual([1, undefined]);
  });

  it("is refused around a closure, whose variables may be members of the object", () => {
    const inner = new Function("o", "with (o) { return () => a + 1 }")({ a: 5 });
    expect(() => capture(() => inner())).toThrow(/it may be found through a with statement/);
  });
});
