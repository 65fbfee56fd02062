import { expect, it } from "vitest";
import { once } from "../../../src/util/once.js";

it("makes it when it is first asked for, and then gives the same, also where that is undefined", () => {
  const made: string[] = [];
  const get = once((): undefined => void made.push("made"));
  expect(made).toEqual([]);
  expect([get(), get()]).toEqual([undefined, undefined]);
  expect(made).toEqual(["made"]);
});

it("tries again what failed", () => {
  const results = [new Error("not yet"), "made"];
  const get = once(() => {
    const next = results.shift();
    if (next instanceof Error) throw next;
    return next;
  });
  expect(get).toThrow("not yet");
  expect([get(), get()]).toEqual(["made", "made"]);
});
