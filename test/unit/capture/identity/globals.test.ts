import { expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";

it.each(["structuredClone", "queueMicrotask", "Atomics"])(
  "a program that deleted %s has code refused that asks for it",
  (name) => {
    const own = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
    const ask = new Function(`return typeof ${name}`);
    expect(capture(ask).bytes.length).toBeGreaterThan(0);
    Reflect.deleteProperty(globalThis, name);
    try {
      expect(() => capture(ask)).toThrow(new RegExp(`${name}: this program deleted it from the global object`));
    } finally {
      Object.defineProperty(globalThis, name, own);
    }
  },
);

it("one that no Node has is not there on a worker either", () => {
  expect(capture(() => typeof (globalThis as { Bun?: unknown }).Bun).warnings).toEqual([]);
});
