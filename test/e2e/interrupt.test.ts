/** What Ctrl-C says of jobs whose store stays. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodewren } from "../support/cli.js";
import { newFolder } from "../support/folders.js";
import { runScript } from "../support/scripts.js";
import { until } from "../support/until.js";

/** Two calls of which the second waits, in the store that the expression gives. */
const scriptOf = (store: string, more = "") => `
  import { Executor, FileStore } from "nodewren";
  ${more}
  const executor = new Executor({ workers: 1, progress: false, ${store} });
  const job = executor.map(async (x) => { if (x === 1) await new Promise((resolve) => setTimeout(resolve, 1000)); return x; }, [0, 1], { callsPerShard: 1 });
  await job.futures[0];
  console.log("one is done");
  console.log(await job);
  await executor.close();
`;

async function interrupted(text: string) {
  const script = runScript(text);
  await until(() => script.stdout().includes("one is done"), 20_000);
  script.child.kill("SIGINT");
  return script.ended;
}

describe("an interrupted script", () => {
  it("ends by the signal, and says how its job goes on, which works", { tags: ["long"] }, async () => {
    const folder = join(newFolder(), "my store");
    const { signal, stderr } = await interrupted(scriptOf(`store: new FileStore(${JSON.stringify(folder)})`));
    expect(signal).toBe("SIGINT");
    const [, place, id = ""] = /NODEWREN_STORE='(.*)' npx nodewren jobs resume (\w{8})\n/.exec(stderr) ?? [];
    expect(place).toBe(folder);
    const env = { NODEWREN_STORE: folder };
    expect(await nodewren(newFolder(), ["jobs", "resume", id], env)).toMatchObject({ code: 0 });
    expect((await nodewren(newFolder(), ["jobs", "results", id], env)).stdout).toMatch(/0.*1/s);
  });

  it("says nothing of a job whose store goes with it", async () => {
    const { signal, stderr } = await interrupted(scriptOf(""));
    expect({ signal, stderr }).toEqual({ signal: "SIGINT", stderr: "" });
  });

  it("goes on where it listens to the signal itself", async () => {
    const folder = JSON.stringify(join(newFolder(), "store"));
    const own = `process.on("SIGINT", () => console.log("not yet"));`;
    const { code, stdout } = await interrupted(scriptOf(`store: new FileStore(${folder})`, own));
    expect(code).toBe(0);
    expect(stdout).toContain("not yet");
    expect(stdout).toContain("[ 0, 1 ]");
  });
});
