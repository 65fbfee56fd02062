/** Inputs that come one after the other: taken as there is room, while results come already. */
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Executor, FileStore, LocalBackend, type Store } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { newWarmExecutor, sharedStore } from "../support/executors.js";
import { until } from "../support/until.js";

/** More than a stream may ever have under way here. */
const FAR = 20_000;

/** Far beyond what it takes, ms. */
const SOON_MS = 20_000;

/** Numbers without an end; knows how many were taken, and whether it was closed. */
function endless() {
  const state = { taken: 0, isClosed: false };
  async function* numbers() {
    try {
      for (;;) yield state.taken++;
    } finally {
      state.isClosed = true;
    }
  }
  return { state, numbers: numbers() };
}

function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}

const double = (x: number) => x * 2;

describe("a loop over a job whose inputs are a stream", () => {
  it("has results while the source still gives", async () => {
    let ended = false;
    async function* slow() {
      for (let i = 0; i < 10; i++) {
        await sleep(60);
        yield i;
      }
      ended = true;
    }
    const executor = newWarmExecutor();
    await executor.map(double, [1]);
    const values: number[] = [];
    for await (const value of executor.map(double, slow())) {
      if (values.length === 0) expect(ended).toBe(false);
      values.push(value);
    }
    expect(values).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });

  it.each(["in order", "as completed"])(
    "bounds what is taken of an endless source, and ends it when it is left (%s)",
    async (how) => {
      const { state, numbers } = endless();
      const job = newWarmExecutor().map(double, numbers);
      const values: number[] = [];
      const loop = how === "in order" ? job : job.completed();
      for await (const one of loop) {
        values.push(typeof one === "number" ? one : one.status === "fulfilled" ? one.value : Number.NaN);
        if (values.length === 100) break;
      }
      expect(new Set(values).size).toBe(100);
      if (how === "in order") expect(values).toEqual([...range(100)].map(double));
      expect(state.taken).toBeLessThan(FAR);
      await until(() => state.isClosed && job.progress.done === job.progress.total, SOON_MS);
      const { taken } = state;
      await sleep(50);
      expect(state.taken).toBe(taken);
    },
  );

  it("waits for a consumer that is slow", { tags: ["long"] }, async () => {
    const { state, numbers } = endless();
    const job = newWarmExecutor().map(double, numbers);
    let seen = 0;
    for await (const _ of job) {
      if (++seen === 3) break;
      await sleep(400);
    }
    expect(state.taken).toBeLessThan(FAR);
  });

  it("gives up what it has handed out, unless someone has asked for the futures", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const loop = async (keeps: boolean) => {
      const job = executor.map(double, range(3000));
      if (keeps) await job.started();
      if (keeps) expect(job.futures.length).toBeGreaterThan(0);
      let sum = 0;
      for await (const value of job) sum += value;
      return { job, sum };
    };
    const kept = await loop(true);
    expect(kept.sum).toBe(2999 * 3000);
    expect(await kept.job.futures[7]).toBe(14);
    expect(await kept.job).toHaveLength(3000);
    const gone = await loop(false);
    expect(gone.sum).toBe(kept.sum);
    await expect(gone.job).rejects.toMatchObject({ code: "STORE", message: expect.stringContaining("is not kept") });
    expect(gone.job.futures[7]?.status).toBe("fulfilled");
  });

  it("leaves nothing in a temporary store of what is done with", { tags: ["long"] }, async () => {
    const store = FileStore.temporary();
    const executor = new Executor({ backend: new LocalBackend({ workers: 2 }), progress: false, store });
    onTestFinished(async () => {
      await executor.close();
      await store.close();
    });
    let most = 0;
    for await (const value of executor.map(double, range(20_000))) {
      if (value % 5000 === 0) most = Math.max(most, await countOf(store));
    }
    expect(most).toBeGreaterThan(0);
    await until(async () => (await countOf(store)) === 0, SOON_MS);
  });
});

async function countOf(store: Store): Promise<number> {
  let count = 0;
  for await (const { key } of store.list("jobs/")) count += key ? 1 : 0;
  return count;
}

describe("a stream", () => {
  it("may be awaited: then all of it is taken", async () => {
    expect(await newWarmExecutor().map(double, range(5000))).toEqual([...range(5000)].map(double));
  });

  it("may be short: then the job has its futures at once, as with an array", () => {
    const job = newWarmExecutor().map(double, range(20));
    expect(job.futures).toHaveLength(20);
    expect(job.progress.total).toBe(20);
  });

  it.each<[string, () => AsyncIterable<number> | Iterable<number>]>([
    ["a Node stream", () => Readable.from(range(2500))],
    ["a web stream", () => ReadableStream.from(range(2500)) as unknown as AsyncIterable<number>],
    ["a Set", () => new Set(range(2500))],
    ["an iterator with nothing but next()", () => ({ [Symbol.iterator]: () => ({ next: counter(2500) }) })],
    [
      "an async iterator that answers at once",
      () => ({ [Symbol.asyncIterator]: () => ({ next: counter(2500) as never }) }),
    ],
  ])("may be %s", async (_, source) => {
    let sum = 0;
    for await (const value of newWarmExecutor().map(double, source())) sum += value;
    expect(sum).toBe(2499 * 2500);
  });

  it("may be cut into so many shards as were asked for, once all of it is there", async () => {
    async function* numbers() {
      yield* range(10);
    }
    const job = newWarmExecutor().map(double, numbers(), { shards: 5 });
    expect(await job).toEqual([...range(10)].map(double));
    expect(job.report().shards).toBe(5);
    await expect(newWarmExecutor().map(double, numbers(), { shards: 11 })).rejects.toMatchObject({ code: "OPTION" });
  });

  it("of nothing gives nothing", async () => {
    async function* nothing(): AsyncGenerator<number> {}
    const job = newWarmExecutor().map(double, nothing());
    expect(await job).toEqual([]);
    expect(await job.settled()).toEqual([]);
  });

  it("keeps timers and signals going though it never waits", async () => {
    const { state, numbers } = endless();
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ++ticks === 5 && controller.abort(new Error("enough")), 10);
    const job = newWarmExecutor().map(double, numbers, { signal: controller.signal });
    await expect(job).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringContaining("enough") });
    clearInterval(timer);
    await until(() => state.isClosed, SOON_MS);
  });
});

describe("a source that fails", () => {
  async function* failing(inputs: number) {
    yield* range(inputs);
    throw new RangeError("no more");
  }

  it("fails what was not taken, and nothing else", async () => {
    const job = newWarmExecutor().map(double, failing(5));
    const values: number[] = [];
    const looped = (async () => {
      for await (const value of job) values.push(value);
    })();
    await expect(looped).rejects.toMatchObject({
      code: "INVOKE",
      message: expect.stringMatching(/first 5: RangeError: no more/),
      cause: expect.any(RangeError),
    });
    expect(values).toEqual([0, 2, 4, 6, 8]);
    const awaited = newWarmExecutor().map(double, failing(3));
    expect(awaited.futures).toEqual([]);
    await expect(awaited).rejects.toMatchObject({ cause: expect.any(RangeError) });
    await expect(awaited.settled()).rejects.toMatchObject({ cause: expect.any(RangeError) });
    expect(await Promise.all(awaited.futures)).toEqual([0, 2, 4]);
  });

  it("by an input that cannot travel is closed, and told of by its index", async () => {
    let isClosed = false;
    async function* inputs(): AsyncGenerator<unknown> {
      try {
        yield* [1, 2];
        yield { socket: () => {} };
      } finally {
        isClosed = true;
      }
    }
    const job = newWarmExecutor().map((x: unknown) => x, inputs());
    await expect(job).rejects.toMatchObject({ code: "CODEC", path: "inputs[2].socket" });
    expect(await Promise.all(job.futures)).toEqual([1, 2]);
    expect(isClosed).toBe(true);
  });
});

describe("with a completion policy, a stream ends", () => {
  it("when enough calls have succeeded", async () => {
    const { state, numbers } = endless();
    const values = await newWarmExecutor().map(double, numbers, { completion: { minSuccessful: 10 } });
    expect(values.length).toBeGreaterThanOrEqual(10);
    await until(() => state.isClosed, SOON_MS);
  });

  it("when too many have failed", async () => {
    const { state, numbers } = endless();
    const fail = (x: number) => {
      throw new Error(`no ${x}`);
    };
    const job = newWarmExecutor().map(fail, numbers, { completion: { toleratedFailureCount: 3 } });
    await expect(job).rejects.toMatchObject({ code: "COMPLETION" });
    await until(() => state.isClosed, SOON_MS);
  });
});

describe("in a store that stays", () => {
  it("a stream is followed from elsewhere, to its end", { tags: ["long"] }, async () => {
    const store = sharedStore();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    async function* numbers() {
      yield* range(3);
      await gate;
      yield* range(2);
    }
    const job = newWarmExecutor({ store }).map(double, numbers());
    await until(() => job.progress.done === 3, SOON_MS);
    const followed = newWarmExecutor({ store }).attach<number>(job.id);
    await until(() => followed.progress.done === 3, SOON_MS);
    open();
    expect(await followed).toEqual([0, 2, 4, 0, 2]);
    expect(await job).toEqual([0, 2, 4, 0, 2]);
  });
});

describe("values that are more than the host holds", () => {
  it("are read from the store when they are asked for", { tags: ["long"] }, async () => {
    const executor = newWarmExecutor();
    const megabytes = 80;
    const job = executor.map((x: number) => new Uint8Array(2 ** 20).fill(x), [...range(megabytes)]);
    const outcomes = await job.settled();
    outcomes.forEach((outcome, x) => {
      expect(outcome.status === "fulfilled" && [outcome.value.length, outcome.value[5]]).toEqual([2 ** 20, x]);
    });
    const held = job.futures.filter(({ value }) => value !== undefined).length;
    expect(held).toBeGreaterThan(20);
    expect(held).toBeLessThan(32);
    expect(job.futures.every(({ status }) => status === "fulfilled")).toBe(true);
    expect((await job.futures[megabytes - 1])?.[0]).toBe(megabytes - 1);
  });
});

function counter(n: number): () => IteratorResult<number> {
  let next = 0;
  return () => (next < n ? { done: false, value: next++ } : { done: true, value: undefined });
}
