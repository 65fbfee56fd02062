import { expect, it } from "vitest";
import { previewText } from "../../../src/host/preview-text.js";

it("is short, whatever the value", () => {
  for (const value of [
    "x".repeat(1e6),
    new Array(1e5).fill("long"),
    { a: { b: { c: { d: 1 } } } },
    new Uint8Array(1e6),
  ])
    expect(previewText(value).length).toBeLessThanOrEqual(200);
  expect(previewText({ i: 1, text: "a" })).toBe("{ i: 1, text: 'a' }");
});

it("runs no code of the value", () => {
  const value = {
    get secret() {
      throw new Error("read");
    },
    [Symbol.for("nodejs.util.inspect.custom")]: () => "run",
    toString: () => "run",
  };
  expect(previewText(value)).toContain("secret: [Getter]");
  expect(
    previewText(
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("trap");
          },
        },
      ),
    ),
  ).toBe("{}");
});
