/** What is inferred from `map()` and `call()`: users write no types, and no `any` leaks out. The compiler checks it, with `npm run lint`. */
import {
  type CallContext,
  cloud,
  type Delivered,
  Executor,
  FileStore,
  type Future,
  type Job,
  type JobReport,
  LocalBackend,
  type NodewrenError,
  type Outcome,
  type Progress,
  remote,
  type Settled,
  type ShellResult,
  type Store,
  wait,
} from "nodewren";
import { describe, expectTypeOf, it } from "vitest";

declare const executor: Executor;

interface Point {
  x: number;
  y: number;
}

describe("map", () => {
  it("infers results from a function of any kind", () => {
    expectTypeOf(executor.map((x: number) => x * 2, [1])).toEqualTypeOf<Job<number>>();
    expectTypeOf(executor.map(async (x: number) => `${x}`, [1])).toEqualTypeOf<Job<string>>();
    expectTypeOf(executor.map((x: number) => Promise.resolve(Promise.resolve(x)), [1])).toEqualTypeOf<Job<number>>();
    expectTypeOf(executor.map((p: Point) => ({ ...p, z: 0 }), [] as Point[])).toEqualTypeOf<
      Job<{ x: number; y: number; z: number }>
    >();
    expectTypeOf(executor.map(() => {}, [1])).toEqualTypeOf<Job<void>>();
    expectTypeOf(executor.map((x: number) => (x > 0 ? x : undefined), [1])).toEqualTypeOf<Job<number | undefined>>();
    expectTypeOf(executor.map((x: number): [number, string] => [x, ""], [1])).toEqualTypeOf<Job<[number, string]>>();
    expectTypeOf(executor.map((): never => process.exit(1), [1])).toEqualTypeOf<Job<never>>();
  });

  it("takes results of other calls as inputs, and infers what they are", () => {
    const points = executor.map((x: number): Point => ({ x, y: x }), [1]);
    executor.map((p) => expectTypeOf(p).toEqualTypeOf<Point>(), points);
    executor.map((p) => expectTypeOf(p).toEqualTypeOf<Point>(), points.futures);
    executor.map((p) => expectTypeOf(p).toEqualTypeOf<Point>(), [points.futures[0] as Future<Point>, { x: 1, y: 2 }]);
    expectTypeOf(executor.call((p: Point) => p.x, points.futures[0] as Future<Point>)).toEqualTypeOf<Future<number>>();
    // @ts-expect-error The function takes something else.
    executor.map((text: string) => text, points);
  });

  it("infers what mapReduce() gives", () => {
    expectTypeOf(
      executor.mapReduce(
        (x: number) => `${x}`,
        [1],
        (a, b) => a + b,
      ),
    ).toEqualTypeOf<Promise<string>>();
    const pairs = (x: number): [string, number][] => [[`${x}`, x]];
    expectTypeOf(executor.mapReduce(pairs, [1], (a, b) => a + b, { keyed: true })).toEqualTypeOf<
      Promise<Map<string, number>>
    >();
    expectTypeOf(
      executor.mapReduce(pairs, [1], (a, b) => a + b, { keyed: true, finish: (entries) => entries.size }),
    ).toEqualTypeOf<Promise<number[]>>();
  });

  it("infers what job.reduce() gives", () => {
    const job = executor.map((x: number) => `${x}`, [1]);
    expectTypeOf(job.reduce((a, b) => a + b)).toEqualTypeOf<Promise<string>>();
    const keyed = executor.map((x: number): [string, number][] => [[`${x}`, x]], [1]);
    expectTypeOf(keyed.reduce((a: number, b: number) => a + b, { keyed: true })).toEqualTypeOf<
      Promise<Map<string, number>>
    >();
    // @ts-expect-error the results are no pairs
    job.reduce((a: number, b: number) => a + b, { keyed: true });
  });

  it("infers the input from the inputs when the function does not say it", () => {
    executor.map((x) => expectTypeOf(x).toEqualTypeOf<number>(), [1, 2]);
    executor.map((x) => expectTypeOf(x).toEqualTypeOf<Point>(), new Set<Point>());
    executor.map((x) => expectTypeOf(x).toEqualTypeOf<[string, number]>(), new Map<string, number>());
    executor.map((x) => expectTypeOf(x).toEqualTypeOf<string>(), "text");
  });

  it("takes iterables, async ones too, and read-only arrays", () => {
    async function* read(): AsyncGenerator<Point> {}
    expectTypeOf(executor.map((p: Point) => p.x, read())).toEqualTypeOf<Job<number>>();
    expectTypeOf(executor.map((x: number) => x, [1, 2] as const)).toEqualTypeOf<Job<number>>();
    expectTypeOf(executor.map((x: number) => x, new Float64Array(3))).toEqualTypeOf<Job<number>>();
  });

  it("gives the function its context", () => {
    executor.map(
      (_: number, context) => {
        expectTypeOf(context).toEqualTypeOf<CallContext>();
        expectTypeOf(context.index).toEqualTypeOf<number>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(context.remainingMs).toEqualTypeOf<number>();
        expectTypeOf(context.store).toEqualTypeOf<Store>();
        // @ts-expect-error the context is read-only
        context.index = 5;
      },
      [1],
    );
  });

  it("refuses what is wrong", () => {
    // @ts-expect-error the inputs are not what the function takes
    executor.map((x: number) => x, ["a"]);
    // @ts-expect-error one input is not an iterable: that is call()
    executor.map((x: number) => x, 5);
    // @ts-expect-error a function comes first
    executor.map([1, 2], (x: number) => x);
    // @ts-expect-error inputs are missing
    executor.map((x: number) => x);
    // @ts-expect-error there is no third argument for the function
    executor.map((x: number, _context: CallContext, more: string) => x + more, [1]);
  });

  it("has checked options, each with its unit in its name", () => {
    const fn = (x: number) => x;
    executor.map(fn, [1], { shards: 1, timeoutMs: 5, memoryMb: 64, retries: 1, maxAttempts: 2 });
    executor.map(fn, [1], { callsPerShard: undefined, signal: undefined, env: { A: "1" } });
    executor.map(fn, [1], { progress: (progress) => expectTypeOf(progress).toEqualTypeOf<Progress>() });
    // @ts-expect-error there is no such option
    executor.map(fn, [1], { timeout: 5 });
    // @ts-expect-error a number of ms
    executor.map(fn, [1], { timeoutMs: "5s" });
    // @ts-expect-error a signal, not its controller
    executor.map(fn, [1], { signal: new AbortController() });
    // @ts-expect-error values of variables are strings
    executor.map(fn, [1], { env: { A: 1 } });
  });
});

describe("call", () => {
  it("is a future of one result", () => {
    expectTypeOf(executor.call((x: number) => x, 1)).toEqualTypeOf<Future<number>>();
    expectTypeOf(executor.call(async (p: Point) => p.x, { x: 1, y: 2 })).toEqualTypeOf<Future<number>>();
    // @ts-expect-error the input is not what the function takes
    executor.call((x: number) => x, "a");
  });
});

describe("a job", () => {
  const job = {} as Job<Point>;

  it("is awaited for its results", async () => {
    expectTypeOf(await job).toEqualTypeOf<Point[]>();
    expectTypeOf(job.then((points) => points.length)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(job.catch(() => "none" as const)).toEqualTypeOf<Promise<Point[] | "none">>();
    expectTypeOf(job.finally(() => {})).toEqualTypeOf<Promise<Point[]>>();
    expectTypeOf(await Promise.all([job, {} as Job<string>])).toEqualTypeOf<[Point[], string[]]>();
  });

  it("is iterated", async () => {
    for await (const point of job) expectTypeOf(point).toEqualTypeOf<Point>();
    for await (const outcome of job.completed()) {
      expectTypeOf(outcome).toEqualTypeOf<Outcome<Point>>();
      if (outcome.status === "fulfilled") expectTypeOf(outcome.value).toEqualTypeOf<Point>();
      else expectTypeOf(outcome.reason).toEqualTypeOf<NodewrenError>();
      // @ts-expect-error first ask whether it was fulfilled
      outcome.value;
    }
    // @ts-expect-error not without await
    for (const _ of job) break;
  });

  it("tells how it ended and how far it is", async () => {
    expectTypeOf(await job.settled()).toEqualTypeOf<Settled<Point>[]>();
    expectTypeOf(job.futures).toEqualTypeOf<readonly Future<Point>[]>();
    expectTypeOf(job.progress).toEqualTypeOf<Progress>();
    expectTypeOf(job.report()).toEqualTypeOf<JobReport>();
    expectTypeOf(job.id).toEqualTypeOf<string>();
    expectTypeOf(job.cancel).toEqualTypeOf<(reason?: string) => void>();
    expectTypeOf(job.started()).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error read-only
    job.futures.push({} as Future<Point>);
    // @ts-expect-error read-only
    job.id = "other";
  });
});

describe("a future", () => {
  const future = {} as Future<Point>;

  it("is awaited, alone or with others", async () => {
    expectTypeOf(await future).toEqualTypeOf<Point>();
    expectTypeOf(await future.settled()).toEqualTypeOf<Outcome<Point>>();
    expectTypeOf(await Promise.all([future, {} as Future<string>])).toEqualTypeOf<[Point, string]>();
    expectTypeOf(await Promise.allSettled([future])).toEqualTypeOf<[PromiseSettledResult<Point>]>();
    expectTypeOf(future.then((p) => p.x)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(future.catch(() => 0)).toEqualTypeOf<Promise<Point | number>>();
  });

  it("tells its state", () => {
    expectTypeOf(future.status).toEqualTypeOf<"pending" | "fulfilled" | "rejected">();
    expectTypeOf(future.value).toEqualTypeOf<Point | undefined>();
    expectTypeOf(future.reason).toEqualTypeOf<NodewrenError | undefined>();
    expectTypeOf(future.output).toEqualTypeOf<{ stdout: string; stderr: string }>();
  });
});

describe("the forms", () => {
  it("parallelFor gives what the body gives, with reduce only", () => {
    const sum = { reduce: (a: number, b: number) => a + b };
    expectTypeOf(executor.parallelFor(0, 5, (i) => i, sum)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(executor.parallelFor(0, 5, async (i) => i, { ...sum, initial: 1 })).toEqualTypeOf<Promise<number>>();
    expectTypeOf(executor.parallelFor(0, 5, (i) => i, { step: 2, retries: 1 })).toEqualTypeOf<Promise<void>>();
    executor.parallelFor(0, 5, (i, context) => {
      expectTypeOf(i).toEqualTypeOf<number>();
      expectTypeOf(context).toEqualTypeOf<CallContext>();
    });
    // @ts-expect-error reduce is of results
    executor.parallelFor(0, 5, (i) => `${i}`, { reduce: (a: number, b: number) => a + b });
    // @ts-expect-error no iteration may be left out
    executor.parallelFor(0, 5, (i) => i, { completion: { minSuccessful: 1 } });
  });

  it("sh gives how each command ended", () => {
    expectTypeOf(executor.sh(["ls", ["ls", "-l"]], { check: true, retries: 1 })).toEqualTypeOf<Job<ShellResult>>();
    // @ts-expect-error arguments are texts
    executor.sh([["ls", 3]]);
  });

  it("warm tells how many workers there are", () => {
    expectTypeOf(executor.warm(3)).toEqualTypeOf<Promise<number>>();
  });
});

describe("remote calls", () => {
  it("cloud gives a function with the same arguments, and a promise of the result", () => {
    const add = (a: number, b?: string) => a + (b ?? "");
    expectTypeOf(cloud(add)).toEqualTypeOf<(a: number, b?: string) => Promise<string>>();
    expectTypeOf(cloud(async (p: Point) => p, { executor, retries: 1 })).toEqualTypeOf<(p: Point) => Promise<Point>>();
    expectTypeOf(cloud(() => {})).toEqualTypeOf<() => Promise<void>>();
    // @ts-expect-error each call is a promise of its own
    cloud(add, { completion: { minSuccessful: 1 } });
  });

  it("remote decorates methods that promise, and no others", () => {
    const decorate = remote({ executor });
    type Method = (this: Point, a: number) => Promise<string>;
    const context = {} as ClassMethodDecoratorContext<Point, Method>;
    expectTypeOf(decorate({} as Method, context)).toEqualTypeOf<Method>();
    // @ts-expect-error what it gives back is a promise
    decorate({} as () => number, {} as ClassMethodDecoratorContext<Point, () => number>);
    // @ts-expect-error a field
    decorate(undefined, {} as ClassFieldDecoratorContext<Point, number>);
  });
});

describe("wait", () => {
  it("parts futures, and keeps their types", async () => {
    expectTypeOf(await wait([{} as Future<Point>])).toEqualTypeOf<[ready: Future<Point>[], pending: Future<Point>[]]>();
    expectTypeOf(await wait(new Set<Future<string>>(), { until: "any", timeoutMs: 5 })).toEqualTypeOf<
      [ready: Future<string>[], pending: Future<string>[]]
    >();
    const [ready] = await wait([{} as Future<Point>, {} as Future<string>]);
    expectTypeOf(await (ready[0] as (typeof ready)[number])).toEqualTypeOf<Point | string>();
    // @ts-expect-error promises are not futures
    wait([Promise.resolve(1)]);
    // @ts-expect-error there is no such moment
    wait([{} as Future<Point>], { until: "some" });
  });
});

describe("an executor", () => {
  it("takes backends and stores, by name or made", () => {
    new Executor();
    new Executor({ backend: "local", workers: 2, progress: true, env: {} });
    new Executor({ backend: new LocalBackend({ workers: 1 }), store: new FileStore("folder") });
    // @ts-expect-error there is no such backend
    new Executor({ backend: "lambada" });
    new Executor({ backend: "lambda", store: "s3://bucket/prefix" });
    // @ts-expect-error a store, or where one lies
    new Executor({ store: 5 });
    // @ts-expect-error an option of map()
    new Executor({ retries: 1 });
  });

  it("is closed, by hand or by await using", () => {
    expectTypeOf(executor.close()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(executor[Symbol.asyncDispose]).toEqualTypeOf<() => Promise<void>>();
  });
});

describe("results that go elsewhere", () => {
  it("are counts here, and what the function returns for what writes them", () => {
    const job = executor.map((x: number) => ({ x }), [1], { output: "out", as: "csv" });
    expectTypeOf(job).toEqualTypeOf<Job<Delivered>>();
    const as = (value: { x: number }, { index }: { index: number }) => `${index} ${value.x}`;
    expectTypeOf(executor.map(async (x: number) => ({ x }), [1], { output: "out", as })).toEqualTypeOf<
      Job<Delivered>
    >();
    expectTypeOf(executor.call((x: number) => x, 1, { output: "out" })).toEqualTypeOf<Future<Delivered>>();
    executor.map((x: number) => ({ x }), [1], { output: "out", as: (value) => value.x.toFixed() });
    // @ts-expect-error commands have results that their caller needs
    executor.sh(["ls"], { output: "out" });
  });
});

describe("no any leaks", () => {
  it("out of results, even where the function's own are loose", () => {
    expectTypeOf(executor.map((text: string) => JSON.parse(text) as unknown, ["1"])).toEqualTypeOf<Job<unknown>>();
    expectTypeOf<Awaited<Job<unknown>>>().not.toBeAny();
    expectTypeOf<Parameters<CallContext["store"]["put"]>[1]>().not.toBeAny();
    expectTypeOf<Outcome<unknown>>().not.toBeAny();
    expectTypeOf<Future<unknown>["value"]>().toBeUnknown();
    expectTypeOf<NodewrenError["cause"]>().toBeUnknown();
  });
});
