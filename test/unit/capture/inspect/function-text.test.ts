import { afterAll, expect, it } from "vitest";
import { callRebuilt } from "../round-trip.js";

const engines = Function.prototype.toString;
let asked = 0;

/** Before the first capture, as `zone.js` does. */
Function.prototype.toString = () => {
  asked++;
  return "function () { return 'not this'; }";
};

afterAll(() => {
  Function.prototype.toString = engines;
});

it("is the engine's, whatever the program put in the place of toString, and runs nothing of it", async () => {
  class Counter {
    #count = 1;
    next() {
      return ++this.#count;
    }
  }
  const counter = new Counter();
  asked = 0;
  const result = await callRebuilt(() => [counter.next(), [1].map((x) => x * 3)]);
  expect([...result, asked]).toEqual([2, [3], 0]);
});
