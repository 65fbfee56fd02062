/** Calls that run at once in a worker, and jobs that keep to a rate. */
import { CallError, CallTimeoutError, FileStore, OptionError, WorkerLostError } from "nodewren";
import { describe, expect, it } from "vitest";
import { decodeJobRecord } from "../../src/wire/job-record.js";
import { jobKey } from "../../src/wire/keys.js";
import type { CallContext } from "../../src/worker/call-context.js";
import { ANY_IDLE_WORKER, combo, skipOn } from "../support/combo.js";
import { newWarmExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What calls of one worker share. */
const shared = globalThis as { nodewrenTest?: { here: number; most: number; isHit?: boolean } };

/** Resolves when so many calls have met on their worker, or are given up; with the most that ever ran there at once. */
async function meet(count: number): Promise<number> {
  shared.nodewrenTest ??= { here: 0, most: 0 };
  const { nodewrenTest } = shared;
  nodewrenTest.most = Math.max(nodewrenTest.most, ++nodewrenTest.here);
  for (let i = 0; i < 1000 && nodewrenTest.most < count; i++) await sleep(5);
  await sleep(5);
  nodewrenTest.here--;
  return nodewrenTest.most;
}

/** One worker, one shard, and no copy of it. */
const FOUR = { concurrentCalls: 4, speculate: false };
const ONE = { workers: 1 };

describe("calls at once", () => {
  it("are as many as asked for and no more, and their results come in order", async () => {
    const most = await newWarmExecutor(ONE).map(async (x: number) => [x, await meet(4)], range(20), FOUR);
    expect(most).toEqual(range(20).map((x) => [x, 4]));
  });

  it("start each from the snapshot, and see their own index and attempt", async () => {
    const seen: number[] = [];
    const fn = async (x: number, { index, attempt }: CallContext) => {
      seen.push(x);
      await meet(4);
      return [index, attempt, ...seen];
    };
    expect(await newWarmExecutor(ONE).map(fn, range(8), FOUR)).toEqual(range(8).map((x) => [x, 1, x]));
  });

  it("share no memory, though it is one array that none of them seems to change", async () => {
    // Short ones are not shared anyway.
    const table = new Float64Array(100);
    const key = ["buf", "fer"].join("");
    const fn = async (x: number) => {
      await meet(4);
      new Float64Array((table as unknown as Record<string, ArrayBuffer>)[key] as ArrayBuffer)[0] = 100 + x;
      await sleep(20);
      return table[0];
    };
    expect(await newWarmExecutor(ONE).map(fn, range(4), FOUR)).toEqual([100, 101, 102, 103]);
  });

  it("keep what they print apart", async () => {
    const fn = async (x: number) => {
      console.log(`begin ${x}`);
      await meet(4);
      await new Promise<void>((resolve) => setTimeout(() => resolve(console.log(`timer ${x}`)), 5));
      if (x !== 2) console.error(`end ${x}`);
    };
    const job = newWarmExecutor(ONE).map(fn, range(4), FOUR);
    await job;
    const outputs = range(4).map((x) => ({
      stdout: `begin ${x}\ntimer ${x}\n`,
      stderr: x === 2 ? "" : `end ${x}\n`,
    }));
    expect(job.futures.map(({ output }) => output)).toEqual(outputs);
  });

  it("fail each of its own errors, those included that nobody caught", async () => {
    const fn = async (x: number) => {
      await meet(4);
      if (x === 0) setTimeout(() => fail("callback"), 5);
      if (x === 1) void Promise.reject(new Error("rejection"));
      if (x === 2) fail("own");
      await sleep(100);
      return x;
    };
    const fail = (what: string) => {
      throw new Error(what);
    };
    const settled = await newWarmExecutor(ONE)
      .map(fn, range(6), { ...FOUR, concurrentCalls: 6 })
      .settled();
    const reasons = settled.map((one) => (one.status === "rejected" ? (one.reason as CallError).cause : one.value));
    expect(reasons).toMatchObject([{ message: "callback" }, { message: "rejection" }, { message: "own" }, 3, 4, 5]);
    expect(settled[0]).toMatchObject({ reason: expect.any(CallError) });
  });

  it("run alone when an error comes up of which nobody knows whose it is", async () => {
    const setup = () => {
      setInterval(() => {
        if (!shared.nodewrenTest?.isHit) return;
        shared.nodewrenTest.isHit = false;
        throw new Error("nobody's");
      }, 5);
    };
    const fn = async (x: number, { attempt }: CallContext) => {
      if (x < 4 && attempt === 1) await meet(4);
      if (x === 2) shared.nodewrenTest = { here: 0, most: 4, isHit: true };
      await sleep(100);
      return x;
    };
    const job = newWarmExecutor(ONE).map(fn, range(6), { ...FOUR, setup });
    const settled = await job.settled();
    expect(settled.map(({ status }) => status)).toEqual(range(6).map((x) => (x === 2 ? "rejected" : "fulfilled")));
    expect(settled[2]).toMatchObject({ reason: { cause: { message: "nobody's" }, attempts: 2 } });
    expect(job.report().perCall.map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 1, 1]);
  });

  it("are tried again each by itself", { tags: ["long"] }, async () => {
    const fn = async (x: number, { attempt }: CallContext) => {
      await sleep(5);
      if (attempt <= x) throw new Error(`try ${attempt}`);
      return attempt;
    };
    const settled = await newWarmExecutor(ONE)
      .map(fn, range(4), { ...FOUR, retries: { limit: 2, delayMs: 5 } })
      .settled();
    expect(settled.slice(0, 3)).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
    expect(settled[3]).toMatchObject({ reason: { attempts: 3, cause: { message: "try 3" } } });
  });
});

describe("beside other calls, one", () => {
  it("that overruns its time fails alone, and the others do not run again", async () => {
    const fn = async (x: number, { signal }: CallContext) => {
      console.log(`call ${x}`);
      if (x !== 1) return x;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      console.log((signal.reason as Error).name);
      // Nobody hears it any more.
      throw signal.reason;
    };
    const job = newWarmExecutor(ONE).map(fn, range(8), { ...FOUR, timeoutMs: 300 });
    const settled = await job.settled();
    expect(settled.map(({ status }) => status)).toEqual(range(8).map((x) => (x === 1 ? "rejected" : "fulfilled")));
    expect(settled[1]).toMatchObject({ reason: { timeoutMs: 300, output: { stdout: "call 1\nTimeoutError\n" } } });
    expect(settled[1]).toMatchObject({ reason: expect.any(CallTimeoutError) });
    expect(job.report().perCall.map(({ attempts }) => attempts)).toEqual(Array(8).fill(1));
  });

  it("that goes on after its time is over ends with its worker, and nothing is lost", { tags: ["long"] }, async () => {
    const fn = async (x: number) => (x === 1 || x === 2 ? new Promise<never>(() => {}) : [x, process.pid]);
    const job = newWarmExecutor(ONE).map(fn, range(12), { ...FOUR, timeoutMs: 300, retries: 1 });
    const settled = await job.settled();
    const isLate = (x: number) => x === 1 || x === 2;
    expect(settled.map(({ status }) => status)).toEqual(range(12).map((x) => (isLate(x) ? "rejected" : "fulfilled")));
    for (const x of [1, 2]) expect(settled[x]).toMatchObject({ reason: expect.any(CallTimeoutError) });
  });

  it("that keeps the thread busy past the time of the others does not fail them", { tags: ["long"] }, async () => {
    const fn = async (x: number, { attempt }: CallContext) => {
      await sleep(20);
      if (x === 1 && attempt === 1) for (const end = Date.now() + 600; Date.now() < end; );
      await sleep(80);
      return x;
    };
    expect(await newWarmExecutor(ONE).map(fn, range(4), { ...FOUR, timeoutMs: 300 })).toEqual(range(4));
  });

  it("that ends the process is known, and what it had printed", async () => {
    const fn = async (x: number, { attempt }: CallContext) => {
      console.log(`call ${x}`);
      if (attempt === 1) await meet(4);
      if (x === 2) process.exit(3);
      if (attempt === 1) await sleep(500);
      return x;
    };
    const settled = await newWarmExecutor(ONE).map(fn, range(4), FOUR).settled();
    const error = { exitCode: 3, attempts: 1, output: { stdout: "call 2\n", stderr: "" } };
    expect(settled).toMatchObject([{ value: 0 }, { value: 1 }, { reason: error }, { value: 3 }]);
    expect(settled[2]).toMatchObject({ reason: expect.any(WorkerLostError) });
  });

  it.for<[string, (x: number) => unknown, object]>([
    ["kills the process", () => process.kill(process.pid, "SIGKILL"), { signal: "SIGKILL" }],
    ["blocks the thread", () => block(), { timeoutMs: 400, code: "CALL_TIMEOUT" }],
    ["fills the memory", () => fill(), { code: "OUT_OF_MEMORY" }],
  ])("that %s is found, and the others have their values", { tags: ["long"] }, async ([what, harm, error], context) => {
    skipOn(context, combo.backend === "poll" && "signal" in error, "a sudden end is known at the host's deadline only");
    const fn = async (x: number) => {
      console.log(what, x);
      await sleep(5);
      if (x === 1) harm(x);
      return x;
    };
    const limits = { memoryMb: 64, maxAttempts: 1, ...("timeoutMs" in error && { timeoutMs: 400 }) };
    const settled = await newWarmExecutor(ONE)
      .map(fn, range(4), { ...FOUR, ...limits })
      .settled();
    expect(settled).toMatchObject([{ value: 0 }, { reason: error }, { value: 2 }, { value: 3 }]);
    if (combo.backend === "local") expect(settled[1]).toMatchObject({ reason: { output: { stdout: `${what} 1\n` } } });
  });
});

function block(): void {
  for (;;);
}

function fill(): number {
  const kept: number[][] = [];
  for (let i = 0; i < 1e5; i++) kept.push(new Array(10_000).fill(i));
  return kept.length;
}

describe("concurrentCalls", () => {
  it("is refused where calls read what the program has put on the global object", () => {
    const place = globalThis as { nodewrenOption?: number[] };
    place.nodewrenOption = [1];
    try {
      const map = () => newWarmExecutor().map(() => place.nodewrenOption, [1], { concurrentCalls: 2 });
      expect(map).toThrow(OptionError);
      expect(map).toThrow(/reads nodewrenOption of the global object.*option setup/);
    } finally {
      delete place.nodewrenOption;
    }
  });

  it("is in the job's record, as the rate is, for whoever drives it next", async (context) => {
    skipOn(context, combo.store !== "files", "the record is the same everywhere");
    const folder = newFolder();
    const job = newWarmExecutor({ store: folder }).map((x: number) => x, range(3), {
      concurrentCalls: 3,
      limitPerSecond: 500,
    });
    await job;
    const bytes = (await new FileStore(folder).get(jobKey(job.id))) as Uint8Array;
    expect(decodeJobRecord(bytes, "key")).toMatchObject({ concurrentCalls: 3, limitPerSecond: 500 });
  });
});

describe("limitPerSecond", () => {
  /** By which a start may be later than it was let on a busy machine; at twice the rate, all starts would still be too close together. */
  const LATE_MS = 200;

  /** Times of all starts, by a clock that processes of one machine share. */
  const started = async (x: number, { attempt }: CallContext) => {
    const at = performance.timeOrigin + performance.now();
    console.log(at);
    if (x === 3 && attempt < 3) throw new Error("again");
    return at;
  };

  it.each([{ concurrentCalls: 1 }, { concurrentCalls: 5 }])(
    "holds over all workers, retries included: %j",
    async (options) => {
      const limitPerSecond = 40;
      const job = newWarmExecutor().map(started, range(24), {
        ...options,
        limitPerSecond,
        retries: 2,
        callsPerShard: 6,
      });
      await job;
      const starts = job.futures
        .flatMap(({ output }) => output.stdout.trim().split("\n").map(Number))
        .sort((a, b) => a - b);
      expect(starts).toHaveLength(26);
      const places = 2;
      for (const [i, from] of starts.entries())
        for (const [j, to] of starts.entries()) {
          if (j > i) expect(j - i + 1).toBeLessThanOrEqual(((to - from + LATE_MS) * limitPerSecond) / 1000 + places);
        }
    },
  );

  it("lets all workers have a share where inputs still come", { tags: ["long"] }, async (context) => {
    skipOn(context, combo.backend !== "local", ANY_IDLE_WORKER);
    const inputs = (async function* () {
      yield* range(16);
    })();
    const fn = async () => {
      await sleep(100);
      return process.pid;
    };
    const pids = await newWarmExecutor().map(fn, inputs, { limitPerSecond: 40, callsPerShard: 4 });
    expect(new Set(pids).size).toBe(2);
  });
});
