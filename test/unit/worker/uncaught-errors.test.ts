/** In a process of its own: the test runner listens for stray errors, too. */
import { expect, it } from "vitest";
import { runNode } from "../../support/run-script.js";

async function run(body: string): Promise<unknown[]> {
  const { code, stdout, stderr } = await runNode([
    "--input-type=module",
    "--eval",
    `import { UncaughtErrors } from "./dist/src/worker/uncaught-errors.js";
     const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     const uncaught = new UncaughtErrors();
     uncaught.install();
     const tell = (value) => console.log(JSON.stringify(value));
     const outcome = (running) => uncaught.during(running).then((value) => ({ value }), (error) => ({ error: error.message }));
     ${body}`,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

it("lets values and errors of a call through", async () => {
  const told = await run(`
    tell(await outcome(async () => 5));
    tell(await outcome(async () => { throw new Error("own"); }));
    tell(uncaught.tainted);
  `);
  expect(told).toEqual([{ value: 5 }, { error: "own" }, false]);
});

it("fails the running call by a rejection that nobody handles, even one made in its last step", async () => {
  const told = await run(`
    tell(await outcome(async () => { Promise.reject(new Error("stray")); await sleep(20); return 1; }));
    tell(await outcome(async () => { Promise.reject(new Error("last step")); return 1; }));
    tell(uncaught.tainted);
    tell(await outcome(async () => { Promise.reject(new Error("handled")).catch(() => {}); return 1; }));
  `);
  expect(told).toEqual([{ error: "stray" }, { error: "last step" }, false, { value: 1 }]);
});

it("fails the running call by a throw in a callback, and gives the worker up", async () => {
  const told = await run(`
    tell(await outcome(async () => { setTimeout(() => { throw new Error("callback"); }); await sleep(50); return 1; }));
    tell(uncaught.tainted);
  `);
  expect(told).toEqual([{ error: "callback" }, true]);
});

it("fails a call once, by what came first, and not the next one", async () => {
  const told = await run(`
    tell(await outcome(async () => { Promise.reject(new Error("first")); Promise.reject(new Error("second")); await sleep(10); }));
    tell(await outcome(async () => { await sleep(10); return 2; }));
  `);
  expect(told).toEqual([{ error: "first" }, { value: 2 }]);
});

it("gives the worker up when an error comes while no call runs", async () => {
  const told = await run(`
    await outcome(async () => { setTimeout(() => Promise.reject(new Error("late")), 10); });
    await sleep(50);
    tell(uncaught.tainted);
  `);
  expect(told).toEqual([true]);
});

it("works when the function has replaced setImmediate", async () => {
  const told = await run(`
    tell(await outcome(async () => { globalThis.setImmediate = () => {}; return 1; }));
    tell(await outcome(async () => 2));
  `);
  expect(told).toEqual([{ value: 1 }, { value: 2 }]);
});
