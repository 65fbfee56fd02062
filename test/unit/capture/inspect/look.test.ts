import { expect, it } from "vitest";
import { root, runNode } from "../../../support/run-script.js";

/** Each time it runs, its variables are others. */
const SOURCE = "const n = globalThis.runs++; let list = [n]; export const read = () => [n, list];";
const PROGRAM = `
import vm from "node:vm";
import { Executor } from ${JSON.stringify(`file://${root}dist/src/index.js`)};
globalThis.runs = 0;
async function run() {
  const module = new vm.SourceTextModule(${JSON.stringify(SOURCE)}, { identifier: "file:///project/twice.mjs" });
  await module.link(() => {});
  await module.evaluate();
  return module.namespace.read;
}
const [first, second] = [await run(), await run()];
const executor = new Executor({ workers: 1, progress: false });
console.log(JSON.stringify(await executor.call(() => [first(), second(), first()], 0)));
await executor.close();`;

it("one text that was run as two modules has two sets of variables", async () => {
  const { stdout, stderr } = await runNode([
    "--no-warnings",
    "--experimental-vm-modules",
    "--input-type=module",
    "--eval",
    PROGRAM,
  ]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([
    [0, [0]],
    [1, [1]],
    [0, [0]],
  ]);
});
