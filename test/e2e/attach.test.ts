/**
 * Jobs that are followed, driven and resumed from other processes than the one that made them.
 *
 * @module-tag long
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Executor, FileStore } from "nodewren";
import { describe, expect, it } from "vitest";
import { nodewren } from "../support/cli.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { type KilledJob, killedJob, runsOf } from "../support/killed-host.js";
import { Place } from "../support/outputs.js";

/** A job in a folder, whose host was killed while call 4 ran on its one worker. */
async function killedInFolder(options?: string, inputs?: string): Promise<KilledJob & { store: string }> {
  const store = join(newFolder(), "store");
  const executor = `new Executor({ workers: 1, progress: false, store: new FileStore(${JSON.stringify(store)}) })`;
  return { store, ...(await killedJob({ executor, ...(options && { options }), ...(inputs && { inputs }) })) };
}

/** A project whose configuration names the store. */
function folderOf(store: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, "nodewren.config.json"), JSON.stringify({ store, workers: 1 }));
  return folder;
}

describe("a job whose host was killed", () => {
  it("is driven to its end by another one: what has a result is not run again", async () => {
    const { store, ran, jobId } = await killedInFolder();
    const executor = newExecutor({ store: new FileStore(store), workers: 2 });
    const job = executor.attach<{ square: number }>(jobId, { resume: true });
    const settled = await job.settled();
    expect(job.id).toBe(jobId);
    settled.forEach((outcome, x) => {
      if (x !== 7) expect(outcome).toEqual({ status: "fulfilled", value: { square: x * x } });
    });
    expect(settled[7]).toMatchObject({ reason: { code: "CALL", className: "RangeError", index: 7 } });
    expect(job.futures[2]?.output.stdout).toBe("call 2 \n");
    expect(runsOf({ ran })).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 1, 1]);
    expect(job.report()).toMatchObject({ calls: 10, shards: 10 });
    expect(
      job.report().perCall.every(({ queueMs, startMs, noticeMs }) => queueMs >= 0 && startMs >= 0 && noticeMs >= 0),
    ).toBe(true);
  });

  it("tells what it has, and is still open, for one who only follows", async () => {
    const { store, ran, jobId } = await killedInFolder();
    const executor = newExecutor({ store: new FileStore(store) });
    const job = executor.attach<{ square: number }>(jobId);
    expect(await job.started().then(() => job.futures[3])).toEqual({ square: 9 });
    expect(job.progress).toMatchObject({ total: 10 });
    await executor.close();
    expect((await job.settled())[5]).toMatchObject({
      reason: { code: "CANCELLED", message: expect.stringMatching(/stays in the store/) },
    });
    // Nothing of that was a cancelling of the job.
    const other = newExecutor({ store: new FileStore(store) });
    expect(
      (await other.attach(jobId, { resume: true }).settled()).filter(({ status }) => status === "fulfilled"),
    ).toHaveLength(9);
    expect(runsOf({ ran })[0]).toBe(1);
  });

  it("needs the values of its environment variables, which are in no store", async () => {
    const { store, jobId } = await killedInFolder(', env: { GREETING: "hello" }');
    const without = newExecutor({ store: new FileStore(store) });
    const settled = await without.attach(jobId, { resume: true }).settled();
    expect(settled[6]).toMatchObject({ reason: { code: "OPTION", message: expect.stringContaining("GREETING") } });
    const executor = newExecutor({ store: new FileStore(store), env: { GREETING: "hello" } });
    const job = executor.attach(jobId, { resume: true });
    await job.settled();
    expect(job.futures[5]?.output.stdout).toBe("call 5 hello\n");
  });
});

describe("a job that writes its results, whose host was killed", () => {
  it("has each of them written once when another host has driven it to its end", async () => {
    const place = new Place();
    const { store, ran, jobId } = await killedInFolder(`, output: ${JSON.stringify(place.output)}`);
    expect(await place.manifest()).toMatchObject({ jobId, status: "running" });
    // What a worker has written that ended before it could say so.
    await place.store.put("part-0000000004-1-00000000-0000-4000-8000-000000000000.jsonl", Buffer.from("4\n"));
    await place.store.put("part-of-mine", Buffer.from("mine"));
    const executor = newExecutor({ store: new FileStore(store), workers: 2 });
    const settled = await executor.attach(jobId, { resume: true }).settled();
    expect(settled[4]).toEqual({ status: "fulfilled", value: { records: 1, bytes: 14 } });
    await place.store.delete("part-of-mine");
    const others = [0, 1, 2, 3, 4, 5, 6, 8, 9];
    expect(await place.lines()).toEqual(others.map((x) => ({ square: x * x })));
    expect(await place.manifest()).toMatchObject({ status: "complete", calls: 10, failed: [{ index: 7 }] });
    expect(runsOf({ ran })[0]).toBe(1);
  });

  it("is finished by one who follows, where all has a result", async () => {
    const place = new Place();
    const { store, jobId } = await killedInFolder(`, output: ${JSON.stringify(place.output)}`);
    const options = { store: new FileStore(store), workers: 2 };
    await newExecutor(options).attach(jobId, { resume: true }).settled();
    const complete = await place.text("manifest.json");
    await place.store.put("manifest.json", Buffer.from(JSON.stringify({ jobId, status: "running" })));
    await newExecutor(options).attach(jobId).settled();
    expect(await place.text("manifest.json")).toBe(complete);
  });
});

/** Ten numbers, and then nothing for ever. */
const ENDLESS =
  "(async function* () { for (let i = 0; i < 10; i++) yield i; await new Promise(() => setInterval(() => {}, 1000)); })()";

describe("a stream whose host was killed", () => {
  it("is run as far as it was taken, and fails beyond that", async () => {
    const { store, ran, jobId } = await killedInFolder("", ENDLESS);
    const executor = newExecutor({ store: new FileStore(store), workers: 2 });
    const job = executor.attach<{ square: number }>(jobId, { resume: true });
    await expect(job.settled()).rejects.toMatchObject({
      code: "INVOKE",
      message: expect.stringMatching(/not read beyond the first \d+: the host that read them is gone/),
    });
    const ended = await Promise.all(job.futures.map((future) => future.settled()));
    // Call 4 ran when the host was killed; some lay ready behind it.
    expect(ended.length).toBeGreaterThan(4);
    ended.forEach((outcome, x) => {
      if (x !== 7) expect(outcome).toMatchObject({ status: "fulfilled", value: { square: x * x } });
    });
    expect(runsOf({ ran })).toEqual(ended.map((_, x) => (x === 4 ? 2 : 1)));
    const { stdout } = await nodewren(folderOf(store), ["jobs", "show", jobId]);
    expect(stdout).toContain(", 0 open");
    expect(stdout).toContain(`${ended.length}: `);
  });
});

describe("a job that another executor drives", () => {
  it("is followed to its end, and its cancelling is seen", async () => {
    const store = join(newFolder(), "store");
    const driver = newExecutor({ store: new FileStore(store) });
    const follower = newExecutor({ store: new FileStore(store) });
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms));
    const job = driver.map(wait, [1, 2, 1200], { callsPerShard: 1 });
    await job.futures[0];
    expect(await follower.attach(job.id)).toEqual([1, 2, 1200]);
    const endless = driver.map(() => new Promise(() => setInterval(() => {}, 1000)), [1]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const followed = follower.attach(endless.id);
    endless.cancel("enough");
    await expect(followed).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("enough") });
  });

  it("may be driven by two at once: each call has one outcome, the same for both", async () => {
    const store = join(newFolder(), "store");
    const [one, two] = [newExecutor({ store: new FileStore(store) }), newExecutor({ store: new FileStore(store) })];
    const random = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return Math.random();
    };
    const job = one.map(random, Array(20).fill(0), { callsPerShard: 1 });
    await job.futures[0];
    expect(await two.attach(job.id, { resume: true })).toEqual(await job);
  });
});

describe("nodewren jobs", () => {
  it("shows, resumes and reads a job whose host was killed, by the beginning of its id", async () => {
    const { store, ran, jobId } = await killedInFolder();
    const folder = folderOf(store);
    const short = jobId.slice(0, 8);
    const before = JSON.parse((await nodewren(folder, ["jobs", "results", short, "--json"])).stdout);
    expect(before.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3]);
    const resumed = await nodewren(folder, ["jobs", "resume", short]);
    expect(resumed).toMatchObject({ code: 1, stdout: `Job ${jobId}: 9 fulfilled, 1 rejected.\n` });
    expect(runsOf({ ran })).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 1, 1]);
    const { stdout } = await nodewren(folder, ["jobs", "results", short]);
    expect(stdout).toMatch(/^0 {2}fulfilled {2}\{ square: 0 \}\n/);
    expect(stdout).toMatch(/\n7 {2}rejected {3}CallError: .*seven/);
    expect((await nodewren(folder, ["jobs", "logs", short])).stdout).toContain("2  call 2 \n3  call 3 \n");
    expect((await nodewren(folder, ["jobs", "show", short])).stdout).toMatch(/10: 9 fulfilled, 1 rejected, 0 open/);
    expect((await nodewren(folder, ["jobs", "cancel", short])).stdout).toContain("marked as cancelled");
    expect((await nodewren(folder, ["jobs", "show", "0123"])).stderr).toContain("holds no job 0123");
  });
});

describe("attach() says", () => {
  it("that there is no such job", async () => {
    const executor = newExecutor({ store: new FileStore(newFolder()) });
    const none = "00000000-0000-4000-8000-000000000000";
    await expect(executor.attach(none)).rejects.toMatchObject({
      code: "STORE",
      message: expect.stringContaining(none),
    });
    expect(() => executor.attach("../etc")).toThrow(/the id of a job/);
    expect(() => executor.attach(none, { retries: 1 } as object)).toThrow(/has no option retries/);
  });

  it("that it needs a store", async () => {
    const executor = new Executor({ progress: false });
    const none = "00000000-0000-4000-8000-000000000000";
    expect(() => executor.attach(none)).toThrow(/NODEWREN_STORE/);
    await executor.close();
  });
});
