/** Jobs at several places, of which some refuse, die, hang or are slow: every result comes, and who failed is named. */
import { parse } from "acorn";
import {
  type Backend,
  CommandBackend,
  Executor,
  FileStore,
  LambdaBackend,
  LocalBackend,
  type Reach,
  WorkerDeath,
  WorkerRefusal,
} from "nodewren";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { startDeployedLambda } from "../support/deployed-lambda.js";
import { newFolder } from "../support/folders.js";

/** Lambda is on this machine here, so that its workers reach the folder. */
class NearStore extends FileStore {
  // @ts-expect-error Only what is told of it differs.
  override readonly reach: Reach = "network";
}

/** Local workers under another name, of which `spoil` decides about each shard, by its number from 1: undefined lets it run. */
class SpoiltBackend implements Backend {
  readonly reach = "machine";
  readonly maxShardMs = Infinity;
  readonly limits: Backend["limits"];
  readonly #local: LocalBackend;
  readonly #spoil: (n: number, signal: AbortSignal) => Promise<never> | undefined;
  invoked = 0;

  constructor(
    readonly name: string,
    spoil: (n: number, signal: AbortSignal) => Promise<never> | undefined,
    workers = 2,
  ) {
    this.#local = new LocalBackend({ workers });
    this.limits = this.#local.limits;
    this.#spoil = spoil;
  }

  warm(): void {}

  invoke(...given: Parameters<Backend["invoke"]>): ReturnType<Backend["invoke"]> {
    return this.#spoil(++this.invoked, given[1]) ?? this.#local.invoke(given[0], given[1]);
  }

  close(): Promise<void> {
    return this.#local.close();
  }
}

afterEach(() => void vi.restoreAllMocks());

const refuses = () => Promise.reject(new WorkerRefusal("invoke", "There is no such function.", { transient: false }));
const isKilled = () =>
  Promise.reject(new WorkerDeath({ kind: "signal", signal: "SIGKILL", index: undefined, certain: false }));
const hangs = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
const squares = (n: number) => numbers(n).map((x) => x * x);
const squareSoon = async (x: number) => {
  await new Promise((resolve) => setTimeout(resolve, 30));
  return x * x;
};

function newExecutor(backend: (Backend | "local")[]) {
  const executor = new Executor({ backend, store: new NearStore(newFolder()), progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

async function newLambda(concurrency = 2) {
  const lambda = await startDeployedLambda();
  onTestFinished(() => lambda.close());
  return (fields = {}) => new LambdaBackend({ ...lambda.clientOptions, pollMs: 20, concurrency, ...fields });
}

function warnings() {
  return vi.spyOn(process, "emitWarning").mockImplementation(() => {});
}

const shared = (job: { report(): { places: readonly { name: string; shards: number; calls: number }[] } }) =>
  new Map(job.report().places.map((place) => [place.name, place]));

describe("this machine and the local Lambda", { tags: ["long"] }, () => {
  it.each(["push", "poll"] as const)("both run shards of a job, and the report says which (%s)", async (invocation) => {
    const newBackend = await newLambda();
    const executor = newExecutor([new LocalBackend({ workers: 2 }), newBackend({ invocation })]);
    const job = executor.map(squareSoon, numbers(200), { callsPerShard: 2 });
    expect(await job).toEqual(squares(200));
    const { places, cost } = job.report();
    expect(places.map(({ name }) => name)).toEqual(["local", "lambda"]);
    expect(places.every(({ shards }) => shards > 0)).toBe(true);
    expect(places.reduce((sum, place) => sum + place.calls, 0)).toBe(200);
    expect(cost.invocations).toBeGreaterThanOrEqual(places[1]?.shards ?? Infinity);
    expect(String(job.report())).toMatch(/ran at local \d+ calls in \d+ shards on 2 workers; lambda \d+ calls/);
  });

  it("what is done here in a moment never goes there", async () => {
    const newBackend = await newLambda();
    const executor = newExecutor([new LocalBackend({ workers: 2 }), newBackend()]);
    // Starts the workers.
    await executor.map((x: number) => x, [1, 2], { callsPerShard: 1 });
    const job = executor.map((x: number) => x * x, numbers(20), { shards: 4 });
    expect(await job).toEqual(squares(20));
    expect(shared(job).get("lambda")?.shards).toBe(0);
  });

  it("packages are loaded from where the user has them here, and travel there", async () => {
    const newBackend = await newLambda();
    const executor = newExecutor([new LocalBackend({ workers: 1 }), newBackend()]);
    const whereIs = async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const { type } = parse(`let x = ${x}`, { ecmaVersion: 2022 });
      try {
        return { type, isOwn: parse("(", { ecmaVersion: 2022 }).start < 0 };
      } catch (error) {
        return { type, isOwn: /node_modules.acorn/.test((error as Error).stack ?? "") };
      }
    };
    const job = executor.map(whereIs, numbers(60), { callsPerShard: 2 });
    const found = await job;
    expect(new Set(found.map(({ type }) => type))).toEqual(new Set(["Program"]));
    const here = shared(job).get("local")?.calls;
    expect(found.filter(({ isOwn }) => isOwn)).toHaveLength(here as number);
    expect(here).toBeLessThan(60);
  });

  it("a call that ends its worker fails alone, wherever it runs", async () => {
    const newBackend = await newLambda();
    const executor = newExecutor([new LocalBackend({ workers: 2 }), newBackend()]);
    const exits = async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (x % 50 === 7) process.exit(3);
      return x;
    };
    const outcomes = await executor.map(exits, numbers(100), { callsPerShard: 5 }).settled();
    expect(outcomes.flatMap(({ status }, i) => (status === "rejected" ? [i] : []))).toEqual([7, 57]);
  });
});

describe("a place", () => {
  it("that refuses every shard is left out after a few, and they run elsewhere", async () => {
    const warned = warnings();
    const bad = new SpoiltBackend("bad", refuses);
    const job = newExecutor([bad, new LocalBackend({ workers: 2 })]).map(squareSoon, numbers(100), {
      callsPerShard: 2,
    });
    expect(await job).toEqual(squares(100));
    expect(bad.invoked).toBeLessThanOrEqual(4);
    expect(warned.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(
        /^The backend bad is left out for a minute: .* There is no such function\. Shards go to local\.$/,
      ),
    ]);
    expect(job.report().places).toMatchObject([
      { name: "bad", shards: 0, leftOut: expect.stringContaining("no such function") },
      { name: "local", shards: 50, leftOut: undefined },
    ]);
    expect(String(job.report())).toContain("bad was left out: ");
  });

  it("that dies in mid-job loses nothing", async () => {
    warnings();
    const bad = new SpoiltBackend("bad", (n) => (n > 6 ? isKilled() : undefined));
    const job = newExecutor([bad, new LocalBackend({ workers: 2 })]).map(squareSoon, numbers(100), {
      callsPerShard: 2,
    });
    expect(await job).toEqual(squares(100));
    const places = shared(job);
    expect([places.get("bad")?.calls, places.get("local")?.calls]).toEqual([12, 88]);
  });

  it("whose host is killed in mid-job loses nothing either", async () => {
    const host = new CommandBackend({ command: ["env"], hosts: ["a"], workers: 2 });
    const executor = newExecutor([new LocalBackend({ workers: 1 }), host]);
    const parentSoon = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return process.ppid;
    };
    const parents = await executor.map(parentSoon, numbers(100), { callsPerShard: 2 });
    // Of workers here, it is this process.
    const agent = parents.find((pid) => pid !== process.pid);
    const job = executor.map(squareSoon, numbers(200), { callsPerShard: 2 });
    await job.futures[20];
    process.kill(agent as number, "SIGKILL");
    expect(await job).toEqual(squares(200));
  });

  it("that hangs holds nobody up: what it has is copied once the others are idle", async () => {
    const bad = new SpoiltBackend("bad", (_, signal) => hangs(signal));
    const good = new LocalBackend({ workers: 2 });
    const executor = newExecutor([bad, good]);
    const started = performance.now();
    const job = executor.map(squareSoon, numbers(40), { callsPerShard: 2 });
    expect(await job).toEqual(squares(40));
    // Some 1.2 s of work for two workers.
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(job.report().copies).toEqual({ started: 2, won: 2 });
    expect(shared(job).get("local")?.calls).toBe(40);
  });

  it("that never is ready is left out of the job", async () => {
    const warned = warnings();
    const bad = new SpoiltBackend("bad", refuses);
    const ready = () => Promise.reject(new Error("bad has no route."));
    const job = newExecutor([Object.assign(bad, { ready }), new LocalBackend({ workers: 2 })]).map(
      squareSoon,
      [1, 2, 3],
    );
    expect(await job).toEqual([1, 4, 9]);
    expect([bad.invoked, warned.mock.calls.length]).toEqual([0, 1]);
  });

  it("is not to blame for what calls do: their failures are told, and it stays", async () => {
    const executor = newExecutor([new SpoiltBackend("one", () => undefined), new LocalBackend({ workers: 2 })]);
    const job = executor.map((x: number) => process.exit(x), numbers(8), { callsPerShard: 1 });
    const outcomes = await job.settled();
    expect(outcomes.map((one) => one.status === "rejected" && one.reason.code)).toEqual(Array(8).fill("WORKER_LOST"));
    expect(job.report().places.every(({ leftOut }) => leftOut === undefined)).toBe(true);
  });

  it("fails the job only when all of them do, with what the last one said", async () => {
    warnings();
    const executor = newExecutor([new SpoiltBackend("a", refuses), new SpoiltBackend("b", refuses)]);
    await expect(executor.map(squareSoon, numbers(10), { callsPerShard: 1 })).rejects.toMatchObject({
      code: "INVOKE",
      message: expect.stringContaining("no such function"),
    });
  });
});

it("two jobs at once share the places, and a cancelled one gives back what it has", async () => {
  const executor = newExecutor([new LocalBackend({ workers: 1 }), new SpoiltBackend("two", () => undefined, 1)]);
  const long = executor.map(() => new Promise(() => {}), numbers(4), { callsPerShard: 1 });
  long.catch(() => {});
  const short = executor.map(squareSoon, numbers(4), { callsPerShard: 1 });
  setTimeout(() => long.cancel(), 500);
  expect(await short).toEqual(squares(4));
  await expect(long).rejects.toMatchObject({ code: "CANCELLED" });
});

it("a job that was left behind is resumed at several places", async () => {
  const store = new NearStore(newFolder());
  const first = new Executor({ backend: new LocalBackend({ workers: 1 }), store, progress: false });
  const { jobId } = await first
    .prepare(squareSoon, numbers(40), { callsPerShard: 2 })
    .then(({ id }) => ({ jobId: id }));
  await first.close();
  const second = new Executor({
    backend: [new LocalBackend({ workers: 1 }), new SpoiltBackend("two", () => undefined)],
    store,
    progress: false,
  });
  onTestFinished(() => second.close());
  const job = second.attach<number>(jobId, { resume: true });
  expect(await job).toEqual(squares(40));
  expect(job.report().places.map(({ shards }) => shards > 0)).toEqual([true, true]);
});

it("a place that the store does not reach is refused by name, before anything is stored", () => {
  const folder = newFolder();
  const backend = [new LocalBackend(), new LambdaBackend()];
  expect(() => new Executor({ backend, store: folder })).toThrow(
    /Workers of the backend lambda cannot reach a store on this machine.*leave lambda out of the option backend/,
  );
});
