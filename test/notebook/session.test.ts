/** What a person sees and does in a notebook: progress, errors, cells that are run again, Interrupt, a kernel that is killed. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findJupyter } from "../capture/harness/jupyter.js";
import { NotebookKernel } from "../support/notebook-kernel.js";
import { notebookProject } from "../support/notebook-project.js";
import { childrenOf, isAlive } from "../support/processes.js";
import { until } from "../support/until.js";

const jupyter = findJupyter();
const python = "python" in jupyter ? jupyter.python : "";
if ("missing" in jupyter) console.warn(`\nNOT RUN: sessions in a notebook. Missing ${jupyter.missing}\n`);

const FIRST = `import { Executor, registerClass } from "nodewren";
const executor = new Executor({ workers: 2 });`;

/** A kernel, and where it has its temporary folders. */
async function kernel(folder = notebookProject()) {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const started = await NotebookKernel.start(python, folder, { TMPDIR: temporary });
  onTestFinished(() => started.close());
  const stores = () => readdirSync(temporary).filter((name) => name.startsWith("nodewren-"));
  return { cell: started, folder, stores };
}

test.skipIf(!python)(
  "a session: progress, an error, a class again, Interrupt, a kill",
  { timeout: 120_000 },
  async () => {
    const { cell, folder, stores } = await kernel();
    expect(await cell.run(FIRST)).toMatchObject({ stderr: "" });

    const slow = await cell.run(`async function slow(x: number) {
  await new Promise((resolve) => setTimeout(resolve, 400));
  if (x > 3) throw new Error("too large");
  return x;
}
const settled = await executor.map(slow, [1, 2, 3, 4], { callsPerShard: 1, progress: true }).settled();`);
    expect(slow).toMatchObject({ stdout: "", stderr: "" });
    const [shown = []] = slow.displays.values();
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.length).toBeLessThan(10);
    expect(shown.at(-1)).toMatch(/value="1\.000"><\/progress> 100% \| 4\/4 calls \| <b [^>]+>1 failed<\/b> \| \d+s/);

    const { stderr } = await cell.run("await executor.map(slow, [1, 4]);");
    expect(stderr).toMatch(/^CallError: Call 1 .* threw Error: too large\n {4}at slow \(evalmachine/);
    expect(stderr).not.toMatch(/nodewren|tslab|node:/);

    const point = (
      factor: number,
    ) => `class Point { constructor(readonly x: number) {} scaled() { return this.x * ${factor}; } }
registerClass(Point);`;
    await cell.run(`${point(1)}\nconst former = new Point(1);`);
    await cell.run(point(2));
    const scaled = await cell.run("await executor.map((p: Point) => p.scaled(), [new Point(1), new Point(2)]);");
    expect(scaled.stdout).toBe("[ 2, 4 ]\n");
    const refused = await cell.run("await executor.map((p: Point) => p.scaled(), [former]);");
    expect(refused.stderr).toContain("It is an instance of class Point from before that class was defined again.");

    const endless = `const endless = executor.map(() => { for (;;); }, [1, 2, 3]);`;
    // tslab forgets what a cell has declared that did not come to its end.
    await cell.run(endless);
    let isShown = false;
    await cell.run("await endless;", ({ displays }) => {
      if (!isShown && displays.size > 0) cell.interrupt();
      isShown ||= displays.size > 0;
    });
    expect((await cell.run("String(endless.futures[0].reason)")).stdout).toContain("the notebook was interrupted");
    expect((await cell.run("await executor.map(slow, [1, 2])")).stdout).toBe("[ 1, 2 ]\n");

    await cell.run(endless.replace("endless", "more"));
    const workers = childrenOf(cell.pid);
    expect(workers.length).toBeGreaterThan(1);
    expect(stores()).toHaveLength(1);
    const before = stores();
    process.kill(cell.pid, "SIGKILL");
    await until(() => !workers.some(isAlive), 10_000);
    const again = await kernel(folder);
    await again.cell.run(`${FIRST}\nawait executor.map((x: number) => x, [1]);`);
    await until(() => !stores().includes(before[0] as string), 10_000);
    await again.cell.close();
    expect(stores()).toEqual([]);
  },
);
