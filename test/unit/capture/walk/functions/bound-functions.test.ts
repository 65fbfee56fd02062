import { expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

function chainOf(length: number): Callable {
  let fn: Loose = function base(...args: number[]) {
    return args.length;
  };
  for (let index = 0; index < length; index++) fn = fn.bind(undefined, index);
  return fn;
}

it("a chain of bound functions takes room by its length, though each name holds all names before", () => {
  const [short, long] = [chainOf(100), chainOf(400)];
  const sizes = [short, long].map((fn) => capture(() => fn()).bytes.length) as [number, number];
  expect(sizes[1]).toBeLessThan(sizes[0] * 4.5);
});

it("bound functions keep their names, and those that they were given", async () => {
  const chain = chainOf(3);
  const named = Object.defineProperty(() => 1, "name", { value: "given" }).bind(undefined);
  const second = Object.defineProperty(function first() {}, "name", { value: "second" }).bind(undefined);
  const renamed = Object.defineProperty(chainOf(1), "name", { value: "own" });
  const late = () => 2;
  const early = late.bind(undefined);
  Object.defineProperty(late, "name", { value: "later" });
  const hidden = Object.defineProperty(chainOf(1), "name", { enumerable: true });
  const fn = () =>
    [chain, named, second, renamed, early, late, hidden, Math.max.bind(undefined)].map((one: Loose) => [
      one.name,
      one(),
      Object.keys(one),
    ]);
  expect(await callRebuilt(fn)).toEqual(fn());
});
