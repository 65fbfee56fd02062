/** What a job calls with what its function made: the function's classes and variables are theirs, too. */
import { describe, expect, it } from "vitest";
import { newWarmExecutor, sharedStore } from "../support/executors.js";
import { Place } from "../support/outputs.js";

class Busy extends Error {
  readonly #status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.#status = status;
  }
  get isTemporary(): boolean {
    return this.#status === 429;
  }
}

describe("the function retries.when", () => {
  it("knows an error of a class that the function throws, with its private fields", async () => {
    const fetchPage = (status: number, { attempt }: { attempt: number }) => {
      if (attempt < 3) throw new Busy(status);
      return attempt;
    };
    const when = (error: unknown) => error instanceof Busy && error.isTemporary;
    const ends = await newWarmExecutor()
      .map(fetchPage, [429, 500], { retries: { limit: 5, when } })
      .settled();
    expect(ends).toMatchObject([{ value: 3 }, { status: "rejected", reason: { attempts: 1, className: "Busy" } }]);
  });

  it("sees variables as the try that threw has left them, and the next try starts from the snapshot", async () => {
    const opened: number[] = [];
    const open = (x: number, { attempt }: { attempt: number }) => {
      opened.push(x, attempt);
      if (attempt < 3) throw new Error("again");
      return opened;
    };
    const when = () => opened.length === 2;
    expect(await newWarmExecutor().map(open, [7], { retries: { limit: 3, when } })).toEqual([[7, 3]]);
    expect(opened).toEqual([]);
  });

  it("is asked as well where results are kept, and has no part in what is equal", async () => {
    const executor = newWarmExecutor();
    const store = sharedStore();
    const fail = (x: number, { attempt }: { attempt: number }) => {
      if (attempt === 1) throw new Busy(429);
      return x;
    };
    const run = async (when: (error: unknown) => boolean) => {
      const job = executor.map(fail, [1], { cache: { store }, retries: { limit: 1, when } });
      return [await job, job.report().cacheHits];
    };
    expect(await run((error) => error instanceof Busy)).toEqual([[1], 0]);
    expect(await run(() => false)).toEqual([[1], 1]);
  });
});

it("the function as knows a value of the function's class", async () => {
  class Point {
    constructor(readonly x: number) {}
  }
  const place = new Place();
  const as = (value: unknown) => `${value instanceof Point ? value.x : "another"}\n`;
  await newWarmExecutor().map((x: number) => new Point(x), [1, 2], { ...place.options, as });
  expect(await place.lines()).toEqual([1, 2]);
});
