/** @module-tag long */
import { expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Callable } from "../../../../src/capture/types.js";

/** Closures as code of a package makes them. */
function closuresOf(name: string, count: number): Callable[] {
  const text = `return Array.from({ length: ${count} }, (_, i) => () => i);`;
  return new Function(`${text}\n//# sourceURL=file:///project/node_modules/${name}/index.js`)();
}

it("thousands of functions of packages are told of, with the package that has most and what to do", () => {
  const [bees, ants] = [closuresOf("bees", 2_500), closuresOf("ants", 700)];
  expect(capture(() => bees).warnings).toEqual([]);
  const { warnings } = capture(() => [bees, ants]);
  expect(warnings).toMatchObject([{ kind: "package", path: expect.stringContaining("bees") }]);
  expect(warnings[0]?.message).toMatch(/3200 functions of the package bees and of 1 more along.*setup/);
});

it("thousands of functions of the program's own are no matter", () => {
  const own = Array.from({ length: 3_500 }, (_, i) => () => i);
  expect(capture(() => own).warnings).toEqual([]);
});
