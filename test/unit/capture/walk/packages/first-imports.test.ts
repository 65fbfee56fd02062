/**
 * Packages that a module loads for what loading them does: a worker loads them, too, before the function runs.
 *
 * @module-tag long
 */
import { join } from "node:path";
import { expect, it } from "vitest";
import { newProject, packageFiles } from "../../../../support/package-projects.js";
import { root, runNode } from "../../../../support/run-script.js";

const BELL = {
  ...packageFiles("bell", "exports.state = { rung: 0 }; exports.rung = () => exports.state.rung;"),
  "node_modules/bell/ring.js": 'require("./index.js").state.rung++;',
};
const INDEX = JSON.stringify(`file://${root}dist/src/index.js`);

async function run(files: Record<string, string>, main: string): Promise<string> {
  const folder = newProject({ ...BELL, ...files });
  const { stdout, stderr } = await runNode([join(folder, main)], { cwd: folder });
  expect(stderr).toBe("");
  return stdout.trim();
}

const CALL = "const executor = new Executor({ workers: 1, progress: false });";

it.each([
  [
    "import",
    "main.mjs",
    `import { Executor } from ${INDEX}; import "bell/ring.js"; import { rung } from "bell"; ${CALL}
     console.log(await executor.call(() => rung(), 0)); await executor.close();`,
  ],
  [
    "require",
    "main.cjs",
    `const { Executor } = require(${JSON.stringify(`${root}dist/src/index.js`)}); require("bell/ring.js"); const { rung } = require("bell");
     ${CALL} executor.call(() => rung(), 0).then((it) => { console.log(it); return executor.close(); });`,
  ],
])("by %s", async (_, main, code) => {
  expect(await run({ [main]: code }, main)).toBe("1");
});
