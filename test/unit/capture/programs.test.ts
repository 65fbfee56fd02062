/** Programs that run the engine in an unusual way, or that took globals away. */
import { expect, it } from "vitest";
import { runNode } from "../../support/run-script.js";

const EXPLAIN = `
  import { writeSync } from "node:fs";
  import { explain } from "nodewren";
  const factor = 2;
  let count = 0;
  const up = () => ++count, at = () => count;
  const made = new (class { key = 3; make() { return () => this.key; } })().make();
  const told = [(x) => x * factor, () => [up(), at()], made].map((fn) => {
    try { return String(explain(fn)).replace(/ B, .*/s, " B"); } catch (error) { return error.message; }
  });
  writeSync(1, JSON.stringify(told));
`;

const TRAVELS = expect.stringMatching(/^(made|\(anonymous function\)): \d+ B/);

async function explainAfter(preload: string, ...flags: string[]): Promise<unknown> {
  const first = `data:text/javascript,${encodeURIComponent(preload)}`;
  const { stdout, stderr } = await runNode([...flags, "--import", first, "--input-type=module", "--eval", EXPLAIN]);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
}

it.each([
  ["without process", "delete globalThis.process"],
  ["with a browser's process", "globalThis.process = { env: {}, browser: true }"],
  ["without classes of Node", "for (const name of ['TextEncoder', 'URL']) delete globalThis[name]"],
  ["without a process of Node's own methods", "globalThis.process = Object.assign({}, process)"],
])("captures in a program %s", async (_, preload) => {
  expect(await explainAfter(preload)).toEqual([TRAVELS, TRAVELS, TRAVELS]);
});

it("captures where pausing would end the process, as the heap tells the same", { tags: ["long"] }, async () => {
  expect(await explainAfter("", "--abort-on-uncaught-exception")).toEqual([TRAVELS, TRAVELS, TRAVELS]);
});

it("a refusal under --jitless is all that happens: what Node cannot load there is not touched", async () => {
  const script = `
    import { explain } from "nodewren";
    const held = { out: new WeakRef({}) };
    try { explain(() => held.out.deref()); } catch (error) { console.log(error.path); }
    setTimeout(() => console.log("goes on"), 50);
  `;
  const { code, stdout } = await runNode(["--jitless", "--input-type=module", "--eval", script]);
  expect({ code, stdout: stdout.replace(/^Warning.*\n/, "") }).toEqual({ code: 0, stdout: "held.out\ngoes on\n" });
});
