/** More of what people do in a notebook, which takes longer: `npm run test:notebook`. */
import { expect, test } from "vitest";
import type { CellOutputs, NotebookKernel } from "../support/notebook-kernel.js";
import { needJupyter, startNotebook } from "../support/notebooks.js";
import { childrenOf, isAlive } from "../support/processes.js";
import { until } from "../support/until.js";

needJupyter("long");

const IMPORT = `import { Executor, speedUpStudy, cloud } from "nodewren";`;
const FIRST = `${IMPORT}\nconst executor = new Executor({ workers: 2 });`;
const SLEEP = "async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 60_000)); return x; }";

/** Interrupts the cell when its workers are busy. */
async function interrupted(kernel: NotebookKernel, code: string, afterMs = 3000): Promise<CellOutputs> {
  const timer = setTimeout(() => kernel.interrupt(), afterMs);
  const outputs = await kernel.run(code);
  clearTimeout(timer);
  return outputs;
}

test("Interrupt ends every form of a job, and the next cell works", async () => {
  const { kernel } = await startNotebook(FIRST);
  const forms = {
    call: `await executor.call(${SLEEP}, 1)`,
    reduce: `await executor.mapReduce(${SLEEP}, [1, 2, 3], (a: number, b: number) => a + b)`,
    loop: `await executor.parallelFor(0, 10, async (i) => { await new Promise((resolve) => setTimeout(resolve, 60_000)); })`,
    shell: `async function commands() { for await (const one of executor.sh(["sleep 60"])) console.log(one); }\nawait commands()`,
    stream: `function* numbers() { for (let i = 0; ; i++) yield i; }
async function stream() { for await (const one of executor.map(${SLEEP}, numbers())) console.log(one); }
await stream()`,
    cloud: `await cloud(${SLEEP}, { executor: executor })(1)`,
    study: `await speedUpStudy(${SLEEP}, [1, 2], { workers: [1, 2] })`,
  };
  for (const [form, code] of Object.entries(forms)) {
    const { stderr, stdout } = await interrupted(kernel, code);
    expect({ form, stderr, stdout }).toMatchObject({ stderr: expect.stringContaining("Interrupted"), stdout: "" });
    const next = await kernel.run("await executor.map((x: number) => x + 1, [1, 2])");
    expect({ form, ...next }).toMatchObject({ stderr: "", stdout: "[ 2, 3 ]\n" });
  }
  // Those of the study's executors have gone as well.
  await until(() => childrenOf(kernel.pid).length <= 2, 20_000);
});

test("Interrupt of a cell that computes leaves the jobs, and a second one ends them", async () => {
  const { kernel } = await startNotebook(FIRST);
  await kernel.run(`const job = executor.map(${SLEEP}, [1]);`);
  const { stderr } = await interrupted(kernel, "for (;;);", 1500);
  expect(stderr).toContain("interrupted by `SIGINT`");
  expect((await kernel.run("job.progress")).stdout).toContain("done: 0");
  await interrupted(kernel, "await job");
  expect((await kernel.run("job.progress")).stdout).toContain("failed: 1");
});

test("a kernel that is started again, with a job under way, leaves nothing", async () => {
  const { kernel, stores } = await startNotebook(FIRST);
  await kernel.run("const job = executor.map(() => { for (;;); }, [1, 2, 3]);");
  await until(() => childrenOf(kernel.pid).length >= 2, 20_000);
  const workers = childrenOf(kernel.pid);
  const before = stores();
  expect(before).toHaveLength(1);
  await kernel.restart();
  await until(() => !workers.some(isAlive), 10_000);
  await kernel.run(`${FIRST}\nawait executor.map((x: number) => x, [1]);`);
  await until(() => !stores().includes(before[0] as string), 10_000);
  const last = childrenOf(kernel.pid);
  await kernel.close();
  await until(() => !last.some(isAlive), 10_000);
  expect(stores()).toEqual([]);
});

test("a job that nobody awaits is shown to its end, below the cell that runs", async () => {
  const { kernel } = await startNotebook(FIRST);
  const wait = "await new Promise((resolve) => setTimeout(resolve, ";
  await kernel.run(`await executor.warm(2);`);
  await kernel.run(`executor.map(async () => { ${wait}1500)); }, [1, 2]).settled();\n${wait}600));`);
  const { displays } = await kernel.run(`${wait}3000));`);
  expect([...displays.values()].flat().at(-1)).toContain("100% | 2/2 calls | 0 failed");
});

test("warnings come in the cell", async () => {
  const { kernel } = await startNotebook(FIRST);
  await kernel.run(`const key = "AKIA" + "IOSFODNN7EXAMPLE";`);
  const { stderr } = await kernel.run("await executor.map(() => key.length, [1]);");
  expect(stderr).toMatch(/NodewrenWarning: .*key looks like a secret/);
});

test("a cell of very many jobs shows few of them", async () => {
  const { kernel } = await startNotebook(FIRST);
  const wait = "await new Promise((resolve) => setTimeout(resolve, 300))";
  const { displays, stderr } = await kernel.run(
    `await Promise.all(Array.from({ length: 40 }, (_, i) => executor.map(async (x: number) => { ${wait}; return x; }, [i])));\n5`,
  );
  expect(stderr).toBe("");
  expect(displays.size).toBe(1);
  const [shown = []] = displays.values();
  const rows = shown.at(-1)?.split("<div>").slice(1) ?? [];
  expect(rows).toHaveLength(11);
  expect(rows[0]).toMatch(/\d+ other jobs<\/code> 100% \| (\d+)\/\1 calls \| 0 failed/);
});

test("progress is left out in CI, and where it is not wanted", async () => {
  const { kernel } = await startNotebook(FIRST);
  const slow = `await executor.map(async (x: number) => { await new Promise((r) => setTimeout(r, 800)); return x; }, [1]`;
  expect((await kernel.run(`${slow}, { progress: false });`)).displays.size).toBe(0);
  await kernel.run(`process.env.CI = "1";`);
  expect((await kernel.run(`${slow});`)).displays.size).toBe(0);
  await kernel.run(`delete process.env.CI;`);
  expect((await kernel.run(`${slow});`)).displays.size).toBe(1);
});

test("a kernel that ends by itself takes all with it", async () => {
  const { kernel, stores } = await startNotebook(FIRST);
  await kernel.run("await executor.map((x: number) => x, [1, 2]);");
  const workers = childrenOf(kernel.pid);
  await kernel.close();
  await until(() => !workers.some(isAlive), 10_000);
  expect(stores()).toEqual([]);
});
