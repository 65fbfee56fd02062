import { expect, it } from "vitest";
import { textOf } from "../../../src/util/describe-value.js";

const trap = () => {
  throw new Error("trap");
};
const revoked = Proxy.revocable({}, {});
revoked.revoke();

it.each<[unknown, string]>([
  [new RangeError("too far"), "RangeError: too far"],
  ["text", '"text"'],
  [undefined, "undefined"],
  [Symbol("s"), "Symbol(s)"],
  [5n, "5"],
])("%# is told", (value, text) => expect(textOf(value)).toBe(text));

it.each([
  ["an object without prototype", () => Object.create(null)],
  ["a toString that throws", () => ({ toString: trap })],
  ["a revoked proxy", () => revoked.proxy],
  ["a trap that throws", () => new Proxy({}, { getPrototypeOf: trap })],
])("does not throw at %s", (_what, make) => {
  expect(textOf(make()).length).toBeGreaterThan(0);
});
