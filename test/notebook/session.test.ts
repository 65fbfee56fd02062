/** What a person sees and does in a notebook: progress, errors, cells that are run again, Interrupt, a kernel that is killed. @early as a kernel takes its time to start. */
import { expect, test } from "vitest";
import { needJupyter, startNotebook } from "../support/notebooks.js";
import { childrenOf, isAlive } from "../support/processes.js";
import { until } from "../support/until.js";

needJupyter("short");

const FIRST = `import { Executor, registerClass } from "nodewren";
const executor = new Executor({ workers: 2 });`;

test("a session: progress, an error, a class again, Interrupt, a kill", async () => {
  const { kernel, folder, stores } = await startNotebook(FIRST);

  const slow = await kernel.run(`async function slow(x: number) {
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

  const { stderr } = await kernel.run("await executor.map(slow, [1, 4]);");
  expect(stderr).toMatch(/^CallError: Call 1 .* threw Error: too large\n {4}at slow \(evalmachine/);
  expect(stderr).not.toMatch(/nodewren|tslab|node:/);

  const point = (
    factor: number,
  ) => `class Point { constructor(readonly x: number) {} scaled() { return this.x * ${factor}; } }
registerClass(Point);`;
  await kernel.run(`${point(1)}\nconst former = new Point(1);`);
  await kernel.run(point(2));
  const scaled = await kernel.run("await executor.map((p: Point) => p.scaled(), [new Point(1), new Point(2)]);");
  expect(scaled.stdout).toBe("[ 2, 4 ]\n");
  const refused = await kernel.run("await executor.map((p: Point) => p.scaled(), [former]);");
  expect(refused.stderr).toContain("It is an instance of class Point from before that class was defined again.");

  const endless = `const endless = executor.map(() => { for (;;); }, [1, 2, 3]);`;
  // tslab forgets what a cell has declared that did not come to its end.
  await kernel.run(endless);
  let isShown = false;
  const ended = await kernel.run("await endless;", ({ displays }) => {
    if (!isShown && displays.size > 0) kernel.interrupt();
    isShown ||= displays.size > 0;
  });
  expect([...ended.displays.values()].flat().at(-1)).toContain("0% | 0/3 calls | 0 failed | 3 cancelled");
  expect((await kernel.run("String(endless.futures[0].reason)")).stdout).toContain("the notebook was interrupted");
  expect((await kernel.run("await executor.map(slow, [1, 2])")).stdout).toBe("[ 1, 2 ]\n");

  await kernel.run(endless.replace("endless", "more"));
  const workers = childrenOf(kernel.pid);
  expect(workers.length).toBeGreaterThan(1);
  expect(stores()).toHaveLength(1);
  const before = stores();
  process.kill(kernel.pid, "SIGKILL");
  await until(() => !workers.some(isAlive), 10_000);
  const again = await startNotebook(`${FIRST}\nawait executor.map((x: number) => x, [1]);`, folder);
  await until(() => !stores().includes(before[0] as string), 10_000);
  await again.kernel.close();
  expect(stores()).toEqual([]);
});
