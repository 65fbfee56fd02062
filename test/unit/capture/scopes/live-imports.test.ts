/** Imports that see what their module assigns, in modules of this context and of another, as test runners make them. */
import { describe, expect, it } from "vitest";
import { root, runNode } from "../../../support/run-script.js";

/** What a captured function gives that has a module assign its variable and reads it by an import; or why it is refused. */
async function outcomes(inContext: boolean): Promise<string[]> {
  const script = `
    import vm from "node:vm";
    import { capture } from ${JSON.stringify(`${root}dist/src/capture/capture.js`)};
    import { load } from ${JSON.stringify(`${root}dist/src/capture/rebuild/rebuild.js`)};
    const told = [];
    for (const [first, assignment] of [["1", "n++"], ["{ v: 1 }", "n = { v: 2 }"], ['"s"', 'n += "t"'], ["undefined", "n = 5"]]) {
      const options = ${inContext} ? { context: vm.createContext({ process }) } : {};
      const tally = new vm.SourceTextModule(\`export let n = \${first}; export function up() { \${assignment}; }\`, options);
      const user = new vm.SourceTextModule("import { n, up } from 'tally'; export const fn = () => { up(); return n; };", options);
      await user.link(() => tally);
      await user.evaluate();
      try {
        const { fn } = (await load(capture(user.namespace.fn).bytes)).instantiate();
        told.push(JSON.stringify(fn()));
      } catch (error) {
        told.push(error.name + " " + error.path);
      }
    }
    console.log(JSON.stringify(told));`;
  const args = ["--no-warnings", "--experimental-vm-modules", "--input-type=module", "--eval", script];
  const { stdout, stderr } = await runNode(args);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("an import of a variable that captured code assigns", () => {
  const changed = ["2", '{"v":2}', '"st"', "5"];

  it("is one variable with it", async () => {
    expect(await outcomes(false)).toEqual(changed);
  });

  it("is so in another context, or refused, as with an object of it that the inspector cannot put back", async () => {
    const told = await outcomes(true);
    for (const [at, one] of told.entries()) expect([changed[at], "CaptureError n"]).toContain(one);
    expect(told[0]).toBe("2");
  });
});
