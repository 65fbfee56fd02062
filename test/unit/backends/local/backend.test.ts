import { expect, it } from "vitest";
import { runScript } from "../../../support/scripts.js";

const [MAJOR = 0, MINOR = 0] = process.versions.node.split(".").map(Number);
const PERMISSION = MAJOR > 23 || (MAJOR === 23 && MINOR >= 5) ? "--permission" : "--experimental-permission";

it("a worker that may not start its thread fails the calls, and the message says what to do", async () => {
  // Later versions of Node hand the permissions on to child processes by themselves, in this way.
  const script = runScript(`
    import { Executor } from "nodewren";
    process.env.NODE_OPTIONS = "${PERMISSION} --allow-fs-read=* --allow-fs-write=*";
    const executor = new Executor({ workers: 1, progress: false });
    await executor.call((x) => x, 1).catch(({ code, message }) => console.log(code, message));
    await executor.close();
  `);
  const { code, stdout } = await script.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^INVOKE A worker process could not be started[\s\S]*--allow-worker/);
}, 30_000);
