import { expect, it } from "vitest";
import { root, runNode } from "../../../support/run-script.js";

it("a process that was killed is waited for, although an answer of it comes in between", async () => {
  const script = `
    import { startChild } from ${JSON.stringify(new URL(`file://${root}dist/src/backends/local/start-child.js`).href)};
    const child = startChild({ store: { kind: "file", folder: "." } }, 1);
    child.hold(true);
    child.kill();
    // As after an answer.
    child.hold(false);
    await child.ended;
    console.log("ended");
  `;
  const { code, stdout } = await runNode(["--input-type=module", "--eval", script]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "ended\n" });
});
