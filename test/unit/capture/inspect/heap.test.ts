/** @module-tag long */
import { expect, it } from "vitest";
import { runNode } from "../../../support/run-script.js";

const CHILD = "test/unit/capture/inspect/heap-child.ts";

async function told(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await runNode([...args.slice(1), "--import", "tsx", CHILD, ...args.slice(0, 1)]);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
}

const NOT_INITIALISED = "it is not initialised yet";

it.each([["plain"], ["inspect", "--inspect=127.0.0.1:0"]])(
  "what pausing cannot tell is read from the heap: %s",
  async (_, ...flags) => {
    expect(await told("small", ...flags)).toEqual({
      "this, first a switch with closures": [2, "object", 5],
      "this, first a class with a parent": 10,
      "this that is a number": expect.stringContaining("cannot be read"),
      "two of one scope, one of another": [1, 1, 0],
      "undefined, its name used again inside": [null, 1],
      "not initialised, its name used again inside": NOT_INITIALISED,
    });
  },
  60_000,
);

it("a heap too large for that is left alone, and what cannot be told is refused", async () => {
  const refused = await told("large", "--inspect=127.0.0.1:0");
  expect(refused["this, first a class with a parent"]).toContain("cannot be read");
  expect(refused["two of one scope, one of another"]).toContain("cannot be proved");
}, 60_000);
