/**
 * Single calls of stored jobs, run again where somebody looks on.
 *
 * @module-tag long
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { Executor, FileStore, LocalBackend } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { MAIN, nodewren } from "../support/cli.js";
import { newFolder } from "../support/folders.js";
import { until } from "../support/until.js";

function newExecutor(options: { store?: FileStore } = {}): Executor {
  const executor = new Executor({ backend: new LocalBackend({ workers: 1 }), progress: false, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

interface Marked {
  nodewrenTestMark?: string;
}

const factor = { n: 3 };
const work = (x: number, { index }: { index: number }) => {
  if (x === 2) throw new RangeError(`two, ${(globalThis as Marked).nodewrenTestMark}, ${process.env.GREETING}`);
  return [x * factor.n, index, process.pid];
};

describe("a future", () => {
  it("runs its call here, after the setup and with the job's environment, and settles with the very value or error", async () => {
    const store = new FileStore(join(newFolder(), "store"));
    const setup = () => {
      (globalThis as Marked).nodewrenTestMark = "set up";
    };
    const job = newExecutor({ store }).map(work, [1, 2, 3], { setup, env: { GREETING: "hello" } });
    await job.settled();
    onTestFinished(() => void Reflect.deleteProperty(globalThis, "nodewrenTestMark"));
    expect(await job.futures[2]?.replay()).toEqual([9, 2, process.pid]);
    const error = await job.futures[1]?.replay().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toBe("two, set up, hello");
    expect(process.env.GREETING).toBeUndefined();
    expect(job.futures[1]?.status).toBe("rejected");
  });

  it("of a temporary store can where inputs are small, or the job is among the last that failed, and else says why not", async () => {
    const executor = newExecutor();
    const large = "x".repeat(2_000_000);
    const size = (text: string) => (text === "" ? fail() : text.length);
    const fail = () => {
      throw new RangeError("empty");
    };
    const [small, failed, fine] = [[""], ["", large], [large]].map((inputs) => executor.map(size, inputs));
    await Promise.all([small, failed, fine].map((job) => job?.settled()));
    // What has ended is dropped a moment later.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(small?.futures[0]?.replay()).rejects.toBeInstanceOf(RangeError);
    expect(await failed?.futures[1]?.replay()).toBe(2_000_000);
    await expect(fine?.futures[0]?.replay()).rejects.toMatchObject({
      code: "STORE",
      message: expect.stringMatching(/temporary store keeps/),
    });
  });
});

describe("nodewren replay", () => {
  async function storedJob() {
    const folder = newFolder();
    const store = new FileStore(join(folder, "runs"));
    const job = newExecutor({ store }).map(work, [1, 2]);
    await job.settled();
    return { folder, id: job.id, env: { NODEWREN_STORE: store.folder } };
  }

  it("prints what the call came to, or fails with what it threw", async () => {
    const { folder, id, env } = await storedJob();
    const fine = await nodewren(folder, ["replay", id, "0"], env);
    expect(fine).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\[ 3, 0, \d+ \]\n$/) });
    const failed = await nodewren(folder, ["replay", id.slice(0, 8), "1", "--json"], env);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("RangeError: two") });
    const none = await nodewren(folder, ["replay", id, "2"], env);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("has the calls 0 to 1, and no call 2") });
    expect(await nodewren(folder, ["replay", id, "first"], env)).toMatchObject({ code: 2 });
  });

  it("waits for a debugger when that is asked for", async () => {
    const { folder, id, env } = await storedJob();
    const child = spawn(process.execPath, [MAIN, "replay", id, "0", "--inspect"], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    await until(() => stderr.includes("Debugger listening on ws://127.0.0.1"), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([stdout, child.exitCode]).toEqual(["", null]);
  });
});
