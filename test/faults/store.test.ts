import { existsSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { type Body, type ByteRange, FileStore, type Settled, StoreError } from "nodewren";
import { describe, expect, it } from "vitest";
import { makeReadOnly, mayMount, newDisk } from "../support/disks.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { newGate } from "../support/gate.js";
import { flip, HandledStore, LARGE_BYTES, settledInTime, statesOf } from "../support/handled-store.js";
import { until } from "../support/until.js";

function errorsOf(settled: Settled<unknown>[]): Error[] {
  return settled.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}

describe.skipIf(!mayMount)("a full disk", () => {
  it("that has no room for the inputs fails every call, and no worker is asked", async () => {
    const disk = newDisk(256);
    const executor = newExecutor({ store: new FileStore(disk) });
    const job = executor.map((x: Uint8Array) => x.byteLength, [new Uint8Array(1_000_000), new Uint8Array(1)]);
    const errors = errorsOf(await settledInTime(job));
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error).toBeInstanceOf(StoreError);
      expect(error.message).toMatch(/inputs.*ENOSPC.*Free some space/);
    }
    expect(job.report().calls).toBe(0);
  });

  it("that has no room for all results fails those that did not fit, and keeps the others", async () => {
    const executor = newExecutor({ store: new FileStore(newDisk(1024)) });
    const inputs = [0, 1, 2, 3, 4, 5];
    const job = executor.map((x: number) => new Uint8Array(300_000).fill(x), inputs, { callsPerShard: 1 });
    const settled = await settledInTime(job);
    const errors = errorsOf(settled);
    expect(errors.length).toBeGreaterThanOrEqual(3);
    expect(errors.length).toBeLessThan(inputs.length);
    for (const error of errors) {
      expect(error).toBeInstanceOf(StoreError);
      expect(error.message).toContain("ENOSPC");
    }
    settled.forEach((outcome, index) => {
      if (outcome.status === "fulfilled") expect(outcome.value[299_999]).toBe(index);
    });
  });
});

describe.skipIf(!mayMount)("a read-only disk", () => {
  it("fails a job at once, with the hint", async () => {
    const disk = newDisk(1024);
    makeReadOnly(disk);
    const executor = newExecutor({ store: new FileStore(disk) });
    const errors = errorsOf(await settledInTime(executor.map((x: number) => x, [1, 2])));
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(error.message).toMatch(/EROFS.*folder that can be written/);
  });

  it("that became so in mid-job fails what could not be stored", async () => {
    const disk = newDisk(1024);
    const executor = newExecutor({ store: new FileStore(disk) });
    const gate = newGate();
    const job = executor.map((x: number) => (x === 0 ? x : gate.passed(x)), [0, 1, 2], { callsPerShard: 1 });
    await job.futures[0];
    makeReadOnly(disk);
    gate.open();
    const settled = await settledInTime(job);
    expect(settled[0]).toEqual({ status: "fulfilled", value: 0 });
    for (const error of errorsOf(settled)) expect(error).toBeInstanceOf(StoreError);
    expect(errorsOf(settled)).toHaveLength(2);
  });
});

describe("a store folder that is deleted in mid-job", () => {
  it("settles every call", async () => {
    const folder = join(newFolder(), "store");
    const executor = newExecutor({ store: new FileStore(folder) });
    const gate = newGate();
    const wait = ([x]: [number, Uint8Array]) => (x === 0 ? x : gate.passed(x));
    // So large that each shard fetches its own part of the inputs.
    const inputs = [0, 1, 2, 3, 4].map((x): [number, Uint8Array] => [x, new Uint8Array(100_000)]);
    const job = executor.map(wait, inputs, { callsPerShard: 1 });
    await job.futures[0];
    await until(() => existsSync(folder));
    rmSync(folder, { recursive: true, force: true });
    gate.open();
    const settled = await settledInTime(job);
    expect(settled).toHaveLength(5);
    for (const error of errorsOf(settled)) expect(error).toBeInstanceOf(StoreError);
    // The last ones cannot have fetched their inputs before the folder went.
    expect(errorsOf(settled).length).toBeGreaterThan(0);
    expect(errorsOf(settled)[0]?.message).toMatch(/The store has no (jobs|functions)\//);
    expect(await executor.map((x: number) => x + 1, [1, 2])).toEqual([2, 3]);
  });
});

describe("a function payload", () => {
  it("that was altered is not run", async () => {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    store.afterPut = (key, file) => {
      if (key.startsWith("functions/")) flip(file, -5);
    };
    const errors = errorsOf(await settledInTime(executor.map((x: number) => x, [1, 2, 3])));
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(error).toBeInstanceOf(StoreError);
      expect(error.message).toMatch(/functions\/[0-9a-f]{64} was altered/);
    }
  });

  it("that was deleted is named; another map() of the same function stores it again", { tags: ["long"] }, async () => {
    const folder = newFolder();
    const executor = newExecutor({ store: new FileStore(folder), workers: 1 });
    const fn = (x: number) => x * 3;
    expect(await executor.map(fn, [1])).toEqual([3]);
    rmSync(join(folder, "functions"), { recursive: true });
    // The worker that knows the function goes.
    await executor.map(() => process.exit(1), [1]).settled();
    rmSync(join(folder, "functions"), { recursive: true });
    const [first] = await settledInTime(executor.map(fn, [2]));
    if (first?.status === "rejected") expect(first.reason.message).toMatch(/The store has no functions/);
    expect(await executor.map(fn, [3])).toEqual([9]);
  });
});

describe("an inputs object", () => {
  const inputs = ["some text", "more text", "and more", "the last"];

  async function runDamaged(damage: (file: string) => void): Promise<Settled<string>[]> {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    store.afterPut = (key, file) => {
      if (key.endsWith("/inputs")) damage(file);
    };
    return settledInTime(executor.map((text: string) => text.toUpperCase(), inputs, { shards: 2 }));
  }

  it.each([0, 4, 5, 6, 10, -1])("with a changed byte at %d gives no wrong result", async (at) => {
    const settled = await runDamaged((file) => flip(file, at));
    settled.forEach((outcome, index) => {
      if (outcome.status === "fulfilled") expect(outcome.value).toBe(inputs[index]?.toUpperCase());
      else expect(outcome.reason).toBeInstanceOf(StoreError);
    });
    expect(errorsOf(settled).length).toBeGreaterThan(0);
  });

  it("that is cut short, or gone, fails the calls that it lacks", async () => {
    const cut = await runDamaged((file) => truncateSync(file, readFileSync(file).length - 3));
    expect(statesOf(cut).slice(0, 2)).toEqual(["fulfilled", "fulfilled"]);
    expect(statesOf(cut)[3]).toBe("rejected");
    const gone = await runDamaged((file) => rmSync(file));
    expect(statesOf(gone)).toEqual(Array(4).fill("rejected"));
    for (const error of [...errorsOf(cut), ...errorsOf(gone)]) expect(error).toBeInstanceOf(StoreError);
  });

  it("that is damaged does not poison the worker for the next job", async () => {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store, workers: 1 });
    store.afterPut = (key, file) => {
      if (key.endsWith("/inputs")) flip(file, 0);
    };
    await settledInTime(executor.map((x: number) => x, [1, 2, 3], { shards: 1, timeoutMs: 100 }));
    store.afterPut = () => {};
    await new Promise((resolve) => setTimeout(resolve, 250));
    const [[first], [second]] = [
      await executor.map(() => process.pid, [0]),
      await executor.map(() => process.pid, [0]),
    ];
    expect(first).toBe(second);
  });
});

describe("a store that is out for a while", () => {
  it("as the host sees it, loses nothing", async () => {
    let outUntil = Infinity;
    class Outage extends FileStore {
      #check(key: string): void {
        if (performance.now() < outUntil) throw new StoreError("out", { key });
      }
      override async putIfAbsent(key: string, body: Body): Promise<boolean> {
        this.#check(key);
        return super.putIfAbsent(key, body);
      }
      override async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
        this.#check(key);
        return super.get(key, range);
      }
    }
    const executor = newExecutor({ store: new Outage(newFolder()) });
    outUntil = performance.now() + 700;
    const big = (x: number) => new Uint8Array(LARGE_BYTES).fill(x);
    const job = executor.map(big, [1, 2, 3, 4], { callsPerShard: 1 });
    await job.futures[0];
    outUntil = performance.now() + 700;
    expect((await settledInTime(job)).map((outcome) => outcome.status)).toEqual(Array(4).fill("fulfilled"));
  });
});
