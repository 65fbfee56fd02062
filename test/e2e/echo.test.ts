/** What `echo: true` shows of what calls print. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { runNode } from "../support/run-script.js";
import { runScript } from "../support/scripts.js";
import { until } from "../support/until.js";

it("lines come while their call runs, to the stream that they were printed to", async () => {
  const file = join(newFolder(), "go");
  const script = runScript(`
    import { existsSync } from "node:fs";
    import { Executor } from "nodewren";
    const executor = new Executor({ workers: 1, echo: true });
    await executor.map(async (x) => {
      console.log("begun", x);
      console.error("said");
      while (!existsSync(${JSON.stringify(file)})) await new Promise((resolve) => setTimeout(resolve, 10));
      process.stdout.write("no line end");
    }, ["a", "b"], { callsPerShard: 2 });
    await executor.close();
  `);
  await until(() => script.stdout() === "[0] begun a\n", 20_000);
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, "");
  const { code, stdout, stderr } = await script.ended;
  expect(code).toBe(0);
  expect(stdout).toBe("[0] begun a\n[0] no line end\n[1] begun b\n[1] no line end\n");
  expect(stderr).toBe("[0] said\n[1] said\n");
});

it("a job may ask for it, or not; calls at once are shown when their shard has ended", async () => {
  const { stdout } = await runNode([
    "--input-type=module",
    "--eval",
    `import { Executor } from "nodewren";
    const executor = new Executor({ workers: 1 });
    const fn = (x) => console.log("call", x);
    await executor.map(fn, [0]);
    await executor.map(fn, [1, 2], { echo: true, concurrentCalls: 2 });
    await executor.close();`,
  ]);
  expect(stdout.split("\n").sort()).toEqual(["", "[0] call 1", "[1] call 2"]);
});
