/** The host dies, or ends, in every way there is: no worker and no temporary store outlives it. */

import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { shareOf } from "../support/long.js";
import { canListProcesses, childrenOf, isAlive } from "../support/processes.js";
import { runScript, type Script } from "../support/scripts.js";
import { until } from "../support/until.js";

/** A worker outlives its host for well under 2 s where a core is free for it; here, others may keep the cores busy. */
const GONE_MS = 20_000;

if (!canListProcesses) console.warn("SKIPPED: tests of hosts that die, because processes are listed on Linux only.");

const HEAD = `
  import { Executor, FileStore } from "nodewren";
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const executor = new Executor({ workers: 2, progress: false });
  const busy = () => { for (;;); };
  const stuck = () => new Promise(() => setInterval(() => {}, 1000));
`;

/** Both workers run a call that never ends; "running" is printed once they have begun. */
const RUNNING = `${HEAD}
  const begun = executor.map(async (which, { store, index }) => {
    await store.put("begun/" + index, Buffer.from(String(process.pid)));
    if (which === "busy") for (;;);
    return new Promise(() => setInterval(() => {}, 1000));
  }, ["busy", "stuck"], { callsPerShard: 1 });
  await sleep(300);
`;

function storesOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`nodewren-${pid}-`));
}

async function workersOf(script: Script, count: number): Promise<number[]> {
  await until(() => childrenOf(script.pid).length === count && storesOf(script.pid).length === 1);
  await until(() => script.stdout().includes("ready"));
  return childrenOf(script.pid);
}

/** Nothing of the host is left: resolves with the time until that was so, ms. */
function allGone(script: Script, workers: number[]): Promise<number> {
  return until(() => !workers.some(isAlive) && storesOf(script.pid).length === 0, GONE_MS);
}

describe.skipIf(!canListProcesses)("a host that is killed in mid-job", () => {
  it.each(shareOf(["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const, 1))("with %s", async (signal) => {
    const script = runScript(`${RUNNING} console.log("ready"); await begun;`);
    const workers = await workersOf(script, 2);
    script.child.kill(signal);
    const goneMs = await allGone(script, workers);
    expect(await script.ended).toMatchObject({ signal });
    console.log(`workers and store were gone ${Math.round(goneMs)} ms after ${signal}`);
  });

  it("while calls go on storing objects", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD}
      executor.map(async (x, { store }) => { for (let i = 0; ; i++) await store.put("mine/" + x + "/" + (i % 50), new Uint8Array(100)); }, [0, 1], { callsPerShard: 1 });
      await sleep(300); console.log("ready"); await sleep(60_000);
    `);
    const workers = await workersOf(script, 2);
    script.child.kill("SIGKILL");
    await allGone(script, workers);
    // A write that was under way must not bring the folder back.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(storesOf(script.pid)).toEqual([]);
  });

  it("while its workers start", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD} executor.map(busy, [0, 1]); console.log("ready"); await sleep(60_000);`);
    const workers = await workersOf(script, 2);
    script.child.kill("SIGKILL");
    await until(() => !workers.some(isAlive), GONE_MS);
    // A worker that was not asked for anything yet does not know of the store.
    for (const name of storesOf(script.pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  });

  it("while its workers are idle", { tags: ["long"] }, async () => {
    const script = runScript(
      `${HEAD} await executor.map((x) => x, [1, 2, 3, 4]); console.log("ready"); await sleep(60_000);`,
    );
    const workers = await workersOf(script, 2);
    script.child.kill("SIGKILL");
    await allGone(script, workers);
  });

  it("by process.exit(), with the code that was asked for", { tags: ["long"] }, async () => {
    const script = runScript(`${RUNNING} console.log("ready"); setTimeout(() => process.exit(7), 300);`);
    const workers = await workersOf(script, 2);
    expect(await script.ended).toMatchObject({ code: 7, stderr: "" });
    await allGone(script, workers);
  });

  it("by an error that nobody catches", { tags: ["long"] }, async () => {
    const script = runScript(`${RUNNING} console.log("ready"); setTimeout(() => { throw new Error("mine"); }, 300);`);
    const workers = await workersOf(script, 2);
    const { code, stderr } = await script.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("Error: mine");
    await allGone(script, workers);
  });
});

describe.skipIf(!canListProcesses)("a given store", () => {
  it("stays when the host is killed", { tags: ["long"] }, async () => {
    const script = runScript(`
      import { Executor, FileStore } from "nodewren";
      import { mkdtempSync } from "node:fs";
      import { tmpdir } from "node:os";
      const given = new FileStore(mkdtempSync(tmpdir() + "/nodewren-" + process.pid + "-given-"));
      const executor = new Executor({ workers: 1, progress: false, store: given });
      await executor.map((x) => x, [1]);
      console.log("ready");
      executor.map(() => { for (;;); }, [0]);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    `);
    const workers = await workersOf(script, 1);
    script.child.kill("SIGKILL");
    await until(() => !workers.some(isAlive), GONE_MS);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [left] = storesOf(script.pid);
    expect(left).toBeDefined();
    rmSync(join(tmpdir(), left as string), { recursive: true });
  });
});

describe.skipIf(!canListProcesses)("a host that ends by itself", () => {
  /** Less than what could keep a script alive: time limits of a minute. Alone on a machine, such a script takes under a second. */
  const PROMPT_MS = 20_000;

  const ENDINGS: [string, string][] = [
    ["without close()", ""],
    ["with close()", "await executor.close();"],
    ["by await using", "{ await using inner = new Executor({ workers: 1 }); await inner.map((x) => x, [1]); }"],
  ];
  it.each(shareOf(ENDINGS, 1))(
    "%s does so promptly, with the rest of the script run and nothing left",
    async (_how, ending) => {
      const started = performance.now();
      const source = ending.includes("await using") && !canUse() ? "" : ending;
      const script = runScript(
        `${HEAD} console.log(await executor.map((x) => x * 2, [1, 2, 3])); ${source} console.log("last line");`,
      );
      const { code, stdout, stderr } = await script.ended;
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "[ 2, 4, 6 ]\nlast line\n", stderr: "" });
      expect(performance.now() - started).toBeLessThan(PROMPT_MS);
      expect(storesOf(script.pid)).toEqual([]);
    },
  );

  const BEFORE: [string, string][] = [
    ["while calls run", "executor.map(busy, [1, 2]).settled(); await sleep(300);"],
    ["after a worker was lost", "await executor.map(() => process.exit(3), [1]).settled();"],
    ["before any job", ""],
    ["at once after map()", "executor.map((x) => x, [1, 2]).settled();"],
    ["after a job was cancelled", "const job = executor.map(stuck, [1, 2]); job.cancel(); await job.settled();"],
  ];
  it.each(shareOf(BEFORE, 1))(
    "close() %s resolves although nothing else keeps the script alive",
    async (_when, before) => {
      const script = runScript(`${HEAD} ${before} await executor.close(); console.log("closed");`);
      expect(await script.ended).toMatchObject({ code: 0, stdout: "closed\n", stderr: "" });
      expect(storesOf(script.pid)).toEqual([]);
    },
  );

  it("waits for a job that nobody awaits, and makes no noise about its failures", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD}
      const job = executor.map((x) => { if (x) throw new Error("ignored"); return x; }, [0, 1, 2], { callsPerShard: 1 });
      job.futures[1].settled().then(({ status }) => console.log(status));
    `);
    expect(await script.ended).toMatchObject({ code: 0, stdout: "rejected\n", stderr: "" });
  });

  it("is not kept alive by the signal, a timer or a listener of a job that is over", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD}
      const controller = new AbortController();
      await executor.map((x) => x, [1], { signal: controller.signal, timeoutMs: 60_000 });
      const job = executor.map(stuck, [1], { signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      await job.settled();
    `);
    const { code, ms, stderr } = await script.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(ms).toBeLessThan(PROMPT_MS);
  });

  it("warns of no leak, however many executors and jobs it had", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD}
      const { signal } = new AbortController();
      for (let i = 0; i < 12; i++) new Executor({ workers: 1 }).map((x) => x, []);
      await Promise.all(Array.from({ length: 30 }, () => executor.map((x) => x, [1, 2, 3], { signal })));
      await Promise.all(Array.from({ length: 30 }, () => executor.map((x) => x, [1, 2, 3], { signal })));
    `);
    expect(await script.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe.skipIf(!canListProcesses)("a host that is stopped and continued", () => {
  it("gets its results, and no worker has left it", { tags: ["long"] }, async () => {
    const script = runScript(`${HEAD}
      const job = executor.map(async (x) => { await new Promise((resolve) => setTimeout(resolve, 400)); return [x, process.pid]; }, [1, 2], { callsPerShard: 1, timeoutMs: 30_000 });
      await sleep(200);
      console.log("ready");
      console.log(JSON.stringify(await job));
    `);
    const workers = await workersOf(script, 2);
    script.child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(workers.every(isAlive)).toBe(true);
    script.child.kill("SIGCONT");
    const { code, stdout } = await script.ended;
    expect(code).toBe(0);
    const results = JSON.parse(stdout.split("\n")[1] as string) as [number, number][];
    expect(results.map(([x]) => x)).toEqual([1, 2]);
    expect(results.every(([, pid]) => workers.includes(pid))).toBe(true);
  });
});

/** `await using` is syntax since Node 24. */
function canUse(): boolean {
  return Number(process.versions.node.split(".")[0]) >= 24;
}

describe.skipIf(!canListProcesses)("idle workers", () => {
  it("end after a while where that is asked for, and others are started when they are needed", {
    tags: ["long"],
  }, async () => {
    const executor = new Executor({ workers: 2, idleTimeoutMs: 300, progress: false });
    onTestFinished(() => executor.close());
    const pids = () => executor.map(() => process.pid, [1, 2], { callsPerShard: 1 });
    const first = await pids();
    await until(() => !first.some(isAlive));
    const second = await pids();
    expect(second.some((pid) => first.includes(pid))).toBe(false);
  });
});
