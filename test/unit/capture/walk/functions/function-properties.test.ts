import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

describe("who called a function", () => {
  it("does not travel, be it running or not", async () => {
    const sloppy = new Function("go", "if (go) go(); return 3;");
    const fn = () => [sloppy(), Object.getOwnPropertyNames(sloppy)];
    const names = Object.getOwnPropertyNames(sloppy);
    expect(await callRebuilt(fn)).toEqual([3, names]);
    let bytes = 0;
    sloppy(() => {
      bytes = capture(fn).bytes.length;
    });
    expect(bytes).toBe(capture(fn).bytes.length);
  });

  it("is no concern of members that the program gave those names", async () => {
    const named = (fn: Callable, key: string, value: unknown) =>
      Object.defineProperty(fn, key, { value, enumerable: true }) as Callable;
    const arrow = named(
      named(() => 1, "caller", "me"),
      "arguments",
      null,
    );
    const strict = named(() => 2, "caller", { n: 1 });
    const told = await callRebuilt(() => [Object.entries(arrow), Object.entries(strict)]);
    expect(told).toEqual([Object.entries(arrow), Object.entries(strict)]);
  });
});
