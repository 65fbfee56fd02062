/** What becomes of functions under Node's permission model, where the inspector is blocked. */
import { describe, expect, it } from "vitest";
import { root, runNode } from "../../support/run-script.js";

const FLAG = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";

/** What `explain` says of each expression of a function: "travels", or the refusal's name and path. */
async function outcomes(functions: Record<string, string>, setUp = ""): Promise<Record<string, string>> {
  const list = Object.entries(functions).map(([name, code]) => `${JSON.stringify(name)}: () => (${code})`);
  const script = `
    import { explain } from "nodewren";
    const factor = 3; ${setUp};
    const told = {};
    for (const [name, make] of Object.entries({ ${list.join(", ")} })) {
      try { explain(make()); told[name] = "travels"; }
      catch (error) { told[name] = error.name + " " + error.path; }
    }
    console.log(JSON.stringify(told));`;
  const args = ["--no-warnings", FLAG, `--allow-fs-read=${root}*`, "--input-type=module", "--eval", script];
  const { stdout, stderr } = await runNode(args);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("where the inspector is blocked", () => {
  it("a function that needs nothing travels, and any other is refused with a CaptureError", async () => {
    const told = await outcomes({
      plain: "(x) => [x * 2, Math.max(x, 1), JSON.stringify({ x }), `${x}`]",
      async: "async (x) => { for await (const one of [x]) console.log(one, process.pid); return new URL(x); }",
      variable: "(x) => x * factor",
      class: "class { #x = 1; }",
      method: "({ m() { return super.m(); } }).m",
      bound: "((x) => x).bind({})",
      builtin: "Math.max",
      receiver: "() => this",
    });
    const { plain, async, ...others } = told;
    expect([plain, async]).toEqual(["travels", "travels"]);
    for (const one of Object.values(others)) expect(one).toMatch(/^CaptureError ./);
    expect(others.variable).toBe("CaptureError factor");
  });

  it("what the program changed is refused by name", async () => {
    const setUp = `globalThis.wren = 1; Math.wren = 1; globalThis.structuredClone = () => 1;
      BigInt.prototype.toJSON = function () { return String(this); }`;
    const told = await outcomes(
      {
        global: "() => globalThis.wren",
        key: "(key) => globalThis[key]",
        member: "() => Math.wren",
        replaced: "(x) => structuredClone(x)",
        hook: "(x) => JSON.stringify(x)",
      },
      setUp,
    );
    expect(told).toEqual({
      global: "CaptureError globalThis.wren",
      key: expect.stringMatching(/^CaptureError globalThis\.(wren|structuredClone)$/),
      member: "CaptureError Math.wren",
      replaced: "CaptureError structuredClone",
      hook: "CaptureError BigInt.prototype.toJSON",
    });
  });
});
