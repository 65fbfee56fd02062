import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { stackMapper } from "../../../src/host/map-stack.js";
import { newFolder } from "../../support/folders.js";

/** Line 2 of the script, column 3 (1-based), stands for line 7, column 5 of plum.ts. */
const MAP = { version: 3, sources: ["plum.ts"], names: [], mappings: ";EAMI" };

describe("stackMapper", () => {
  it("maps through an inline map, and leaves other scripts alone", () => {
    const inline = `data:application/json;base64,${Buffer.from(JSON.stringify(MAP)).toString("base64")}`;
    const map = stackMapper([{ url: "file:///home/plum.js", sourceMapUrl: inline }]);
    const stack =
      "Error: no\n    at f (file:///home/plum.js:2:3)\n    at file:///home/other.js:2:3\n    at node:fs:2:3";
    expect(map(stack)).toBe(
      "Error: no\n    at f (file:///home/plum.ts:7:5)\n    at file:///home/other.js:2:3\n    at node:fs:2:3",
    );
  });

  it("maps through a file beside the script, for paths as well as URLs", () => {
    const script = join(newFolder(), "plum.js");
    writeFileSync(`${script}.map`, JSON.stringify(MAP));
    const map = stackMapper([{ url: script, sourceMapUrl: "plum.js.map" }]);
    const original = new URL("plum.ts", pathToFileURL(script)).href;
    expect(map(`    at ${script}:2:3`)).toBe(`    at ${original}:7:5`);
  });

  it("keeps places that no map explains", () => {
    const map = stackMapper([{ url: "file:///home/plum.js", sourceMapUrl: "missing.map" }]);
    expect(map("    at file:///home/plum.js:2:3")).toBe("    at file:///home/plum.js:2:3");
    const damaged = stackMapper([{ url: "file:///home/plum.js", sourceMapUrl: "data:application/json,{" }]);
    expect(damaged("    at file:///home/plum.js:2:3")).toBe("    at file:///home/plum.js:2:3");
  });
});
