/** A store that fails under a running job. Each call settles, with its value or with an error that says so, in bounded time. */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Backend,
  type Body,
  type ByteRange,
  FileStore,
  type Job,
  LocalBackend,
  type Settled,
  StoreError,
  VersionError,
  WorkerDeath,
} from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { resultKey } from "../../src/wire/keys.js";
import { keysOf } from "../contract/store-contract.js";
import { makeReadOnly, mayMount, newDisk } from "../support/disks.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { until } from "../support/until.js";

/** Longest that a job may take to settle on a store that fails, ms. Each of them takes milliseconds on a quiet machine. */
const SETTLES_MS = 8000;

/** Results above this do not ride in the answer, so the host reads them from the store. */
const LARGE_BYTES = 300_000;

async function settledInTime<R>(job: Job<R>): Promise<Settled<R>[]> {
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not settled within ${SETTLES_MS} ms`)), SETTLES_MS);
    onTestFinished(() => clearTimeout(timer));
  });
  return Promise.race([job.settled(), late]);
}

const statesOf = (settled: Settled<unknown>[]) => settled.map((outcome) => outcome.status);

function errorsOf(settled: Settled<unknown>[]): Error[] {
  return settled.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}

/** Lets a test lay hands on objects that the host has stored or is about to read. */
class HandledStore extends FileStore {
  afterPut: (key: string, file: string) => void = () => {};
  beforeGet: (key: string, file: string) => void = () => {};

  override async putIfAbsent(key: string, body: Body): Promise<boolean> {
    const created = await super.putIfAbsent(key, body);
    this.afterPut(key, join(this.folder, key));
    return created;
  }

  override async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.beforeGet(key, join(this.folder, key));
    return super.get(key, range);
  }
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 1;
  writeFileSync(file, bytes);
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
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms, ms));
    const job = executor.map(wait, [1, 700, 701], { callsPerShard: 1 });
    await job.futures[0];
    makeReadOnly(disk);
    const settled = await settledInTime(job);
    expect(settled[0]).toEqual({ status: "fulfilled", value: 1 });
    for (const error of errorsOf(settled)) expect(error).toBeInstanceOf(StoreError);
    expect(errorsOf(settled)).toHaveLength(2);
  });
});

describe("a store folder that is deleted in mid-job", () => {
  it("settles every call", async () => {
    const folder = join(newFolder(), "store");
    const executor = newExecutor({ store: new FileStore(folder) });
    const wait = ([ms]: [number, Uint8Array]) => new Promise((resolve) => setTimeout(resolve, ms, ms));
    // So large that each shard fetches its own part of the inputs.
    const inputs = [1, 300, 301, 302, 303].map((ms): [number, Uint8Array] => [ms, new Uint8Array(100_000)]);
    const job = executor.map(wait, inputs, { callsPerShard: 1 });
    await job.futures[0];
    await until(() => existsSync(folder), 1000);
    rmSync(folder, { recursive: true, force: true });
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

  it("that was deleted is named; another map() of the same function stores it again", async () => {
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

describe("a result object", () => {
  async function runDamaged(damage: (file: string) => void): Promise<Settled<number>[]> {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    let isDamaged = false;
    store.beforeGet = (key, file) => {
      if (!key.endsWith("/results/0000001") || isDamaged) return;
      isDamaged = true;
      damage(file);
    };
    const job = executor.map((x: number) => new Uint8Array(300_000).fill(x), [0, 1, 2, 3], { callsPerShard: 1 });
    const settled = await settledInTime(job);
    expect(isDamaged).toBe(true);
    return settled.map((outcome) =>
      outcome.status === "fulfilled"
        ? { status: "fulfilled", value: outcome.value[LARGE_BYTES - 1] as number }
        : outcome,
    );
  }

  it.each([
    ["with a changed byte in its values", (file: string) => flip(file, -1), /damaged/],
    ["with a changed byte in its header", (file: string) => flip(file, 60), /damaged/],
    ["with a changed digest", (file: string) => flip(file, 10), /damaged/],
    ["that is cut short", (file: string) => truncateSync(file, 100_000), /damaged/],
    ["that is empty", (file: string) => truncateSync(file, 0), /results\/0000001/],
    ["that is gone", (file: string) => rmSync(file), /results\/0000001/],
  ])("%s fails its own calls only", async (_how, damage, message) => {
    const settled = await runDamaged(damage);
    expect(settled.filter((_, index) => index !== 1)).toEqual([
      { status: "fulfilled", value: 0 },
      { status: "fulfilled", value: 2 },
      { status: "fulfilled", value: 3 },
    ]);
    const outcome = settled[1] as Settled<number>;
    // One that is gone may be made again.
    if (outcome.status === "fulfilled") return expect(outcome.value).toBe(1);
    expect(outcome.reason).toSatisfy((error) => error instanceof StoreError || error instanceof VersionError);
    expect(outcome.reason.message).toMatch(message);
  });

  it("of another format version is told apart from a damaged one", async () => {
    const [, second] = await runDamaged((file) => {
      const bytes = readFileSync(file);
      bytes[0] = 99;
      writeFileSync(file, bytes);
    });
    expect(second).toMatchObject({ reason: { code: "VERSION", found: 99 } });
  });

  it("that the host cannot read fails its own calls only", async () => {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    store.beforeGet = (key) => {
      if (key.endsWith("/results/0000001")) throw new StoreError("EIO, say", { key });
    };
    const options = { callsPerShard: 1, storePatienceMs: 300 };
    const job = executor.map(() => new Uint8Array(300_000), [0, 1, 2], options);
    expect(statesOf(await settledInTime(job))).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(job.futures[1]).rejects.toThrow("EIO, say");
  });
});

describe("a result object of another job", () => {
  it("is not taken: its shard runs again", async () => {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store, workers: 1 });
    const fill = (x: number) => new Uint8Array(LARGE_BYTES).fill(x);
    const other = executor.map(fill, [50, 51], { callsPerShard: 1 });
    await other;
    let isSwapped = false;
    store.beforeGet = (key, file) => {
      if (isSwapped || !key.endsWith("/results/0000001")) return;
      isSwapped = true;
      writeFileSync(file, readFileSync(join(store.folder, resultKey(other.id, "0000001"))));
    };
    const settled = await settledInTime(executor.map(fill, [0, 1], { callsPerShard: 1 }));
    expect(isSwapped).toBe(true);
    expect(settled.map((outcome) => outcome.status === "fulfilled" && outcome.value[0])).toEqual([0, 1]);
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

describe("a shard that runs twice", () => {
  /** Delivers each request twice, as clouds may, and passes on the answer of the run that lost or of the one that won. */
  function twice(inner: LocalBackend, loser: boolean): Backend {
    return {
      name: "twice",
      reach: "machine",
      maxShardMs: Infinity,
      limits: { ...inner.limits, concurrency: 1 },
      warm: (...args) => inner.warm(...args),
      close: () => inner.close(),
      invoke: async (request, signal) => {
        const answers = await Promise.all(
          [request, { ...request, attemptId: randomUUID() }].map((one) => inner.invoke(one, signal)),
        );
        const won = answers.filter(({ result }) => result !== undefined);
        expect(won).toHaveLength(1);
        return answers.find(({ result }) => (result === undefined) === loser) as (typeof answers)[number];
      },
    };
  }

  it.each([true, false])(
    "settles once, with what was stored first (answer of the one that lost: %s)",
    async (loser) => {
      const store = new FileStore(newFolder());
      const executor = newExecutor({
        backend: twice(new LocalBackend({ workers: 2 }), loser),
        store,
      });
      const job = executor.map(() => [process.pid, Math.random()], Array(20).fill(0), { callsPerShard: 2 });
      const seen: number[] = [];
      for await (const { index, status } of job.completed()) {
        expect(status).toBe("fulfilled");
        seen.push(index);
      }
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(await keysOf(store, `jobs/${job.id}/results/`)).toHaveLength(10);
      const first = await job;
      expect(await job).toEqual(first);
    },
  );
});

describe("a worker that counts as ended after it has stored its result", () => {
  /** Loses the word of each shard's end, and tells of a death that is the calls' own doing: the host's verdict is due. */
  function mistaken(inner: LocalBackend): Backend {
    return {
      name: "mistaken",
      reach: "machine",
      maxShardMs: Infinity,
      limits: inner.limits,
      warm: (...args) => inner.warm(...args),
      close: () => inner.close(),
      invoke: async (request, signal) => {
        await inner.invoke(request, signal);
        throw new WorkerDeath({ kind: "exit", exitCode: 3, index: request.shard.first, certain: true });
      },
    };
  }

  it.each([1, 3])("has its values: no verdict takes their place (%d calls a shard)", async (callsPerShard) => {
    const executor = newExecutor({
      backend: mistaken(new LocalBackend({ workers: 2 })),
      store: new FileStore(newFolder()),
    });
    expect(await executor.map((x: number) => x * x, [0, 1, 2, 3, 4, 5], { callsPerShard })).toEqual([
      0, 1, 4, 9, 16, 25,
    ]);
  });
});
