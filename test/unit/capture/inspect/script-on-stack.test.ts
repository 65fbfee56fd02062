/** What is known of a function's script without the debugger, and that it is asked where the stack and the file do not tell. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shareOf } from "../../../support/long.js";
import { newProject } from "../../../support/package-projects.js";
import { root, runNode } from "../../../support/run-script.js";

const INDEX = JSON.stringify(`file://${root}dist/src/index.js`);
/** Counts how often the debugger is turned on; the captured promise is refused, with the place of the function. */
const EXPLAINS = `
import inspector from "node:inspector";
const { post } = inspector.Session.prototype;
let times = 0;
inspector.Session.prototype.post = function (method, ...rest) {
  if (method === "Debugger.enable") times++;
  return post.call(this, method, ...rest);
};
const { explain } = await import(${INDEX});
globalThis.tell = (fn) => {
  try {
    explain(fn);
  } catch ({ position }) {
    console.log(JSON.stringify([times > 0, position.url.split("/").at(-1), position.line, position.column]));
  }
};
`;

async function tell(files: Record<string, string>, main = "main.mjs"): Promise<unknown> {
  const folder = newProject({ "explains.mjs": EXPLAINS, ...files });
  const args = ["--import", `file://${join(folder, "explains.mjs")}`, join(folder, main)];
  const { stdout, stderr } = await runNode(args, { cwd: folder });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const WAITS = "const p = Promise.resolve();\n  tell(() => p);\n";

describe("the debugger stays off where the function's module waits for the capture", () => {
  it.each([
    ["an ES module", "main.mjs", WAITS],
    ["a CommonJS module", "main.cjs", WAITS],
    ["one with letters beyond ASCII", "main.mjs", `const ä = "→";\n${WAITS}`],
    ["one that names its source map", "main.mjs", `${WAITS}//# sourceMappingURL=nowhere.map\n`],
  ])("%s", async (_, main, code) => {
    const line = code.split("\n").findIndex((text) => text.includes("tell")) + 1;
    expect(await tell({ [main]: code }, main)).toEqual([false, main, line, 8]);
  });
});

describe("it is asked where the text that runs may be another", () => {
  const write = 'import { appendFileSync } from "node:fs"; appendFileSync(new URL(import.meta.url), "//");';
  const load = `import { readFileSync } from "node:fs"; import vm from "node:vm";
    const file = new URL("code.js", import.meta.url).pathname;
    const run = (lineOffset) => vm.runInThisContext(readFileSync(file, "utf8"), { filename: file, lineOffset });`;
  const OTHER = 'vm.runInThisContext("again(0)", { filename: file });';
  const PROGRAMS: [string, Record<string, string>, unknown][] = [
    ["the file has changed", { "main.mjs": `${write}\n${WAITS}` }, [true, "main.mjs", 3, 8]],
    ["a comment names it", { "main.mjs": `${WAITS}//# sourceURL=other.mjs` }, [true, "other.mjs", 2, 8]],
    ["it stands on other lines", { "main.mjs": `${load} run(40);`, "code.js": WAITS }, [true, "code.js", 42, 8]],
    [
      "the function is from a module that waits for nothing",
      {
        "main.mjs": 'import { fn } from "./fn.mjs"; tell(fn);',
        "fn.mjs": "const p = (async () => {})(); export const fn = () => p;",
      },
      [true, "fn.mjs", 1, 49],
    ],
    [
      "two that wait have its name",
      { "main.mjs": `${load} globalThis.again = run; ${OTHER}`, "code.js": WAITS },
      [true, "code.js", 2, 8],
    ],
  ];
  it.each(shareOf(PROGRAMS, 2))("%s", async (_, files, told) => {
    expect(await tell(files)).toEqual(told);
  });
});
