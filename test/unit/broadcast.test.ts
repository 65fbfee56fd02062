import { expect, it } from "vitest";
import { Broadcast } from "../../src/broadcast.js";
import { ClassRegistry } from "../../src/codec/classes.js";

it("refuses instances of registered classes, and says why", () => {
  class Point {
    x = 1;
  }
  const registry = new ClassRegistry();
  registry.register(Point);
  expect(() => new Broadcast([new Point()], registry)).toThrow(/broadcast\[0\].*classes are made anew for each call/);
  expect(() => new Broadcast([new Point()])).toThrow(/not registered/);
  expect(Broadcast.is(new Broadcast([{ x: 1 }], registry))).toBe(true);
});
