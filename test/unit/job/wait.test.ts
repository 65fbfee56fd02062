import { afterEach, describe, expect, it, vi } from "vitest";
import { CancelledError, OptionError } from "../../../src/errors.js";
import { Future } from "../../../src/job/future.js";
import { CallOutcomes } from "../../../src/job/outcomes.js";
import { wait } from "../../../src/job/wait.js";
import { NO_CONTROL } from "../../support/job-runs.js";

afterEach(() => void vi.useRealTimers());

function newFutures(total: number) {
  const outcomes = new CallOutcomes<number>();
  outcomes.open(total);
  const futures = Array.from({ length: total }, (_, index) => new Future(index, outcomes, NO_CONTROL));
  const fulfil = (...indices: number[]) => {
    for (const index of indices) outcomes.settle({ index, status: "fulfilled", value: index });
    outcomes.announce();
  };
  const reject = (index: number) =>
    outcomes.settle({ index, status: "rejected", reason: new CancelledError("j", "r") });
  return { futures, fulfil, reject };
}

const indices = (parts: Future<unknown>[][]) => parts.map((part) => part.map(({ index }) => index));

describe("until all", () => {
  it("resolves once the last one has settled, however it ended, in the order given", async () => {
    const { futures, fulfil, reject } = newFutures(3);
    const given = [futures[2], futures[0], futures[1]] as Future<number>[];
    const waiting = wait(given);
    fulfil(1, 0);
    reject(2);
    expect(indices(await waiting)).toEqual([[2, 0, 1], []]);
  });

  it("of none resolves at once", async () => {
    expect(await wait([])).toEqual([[], []]);
  });
});

describe("until any", () => {
  it("resolves at the first one, also when that failed", async () => {
    const { futures, reject } = newFutures(3);
    const waiting = wait(futures, { until: "any" });
    reject(1);
    expect(indices(await waiting)).toEqual([[1], [0, 2]]);
  });

  it("resolves at once when one has settled already", async () => {
    const { futures, fulfil } = newFutures(2);
    fulfil(1);
    expect(indices(await wait(futures, { until: "any" }))).toEqual([[1], [0]]);
  });

  it("drains thousands of futures one by one in time that grows with their number alone", async () => {
    const { futures, fulfil } = newFutures(2000);
    let pending = futures;
    const before = process.cpuUsage();
    for (let done = 0; pending.length > 0; done++) {
      const waiting = wait(pending, { until: "any" });
      fulfil(done);
      [, pending] = await waiting;
    }
    // It takes 3 s of a slow core; with listeners that stay, minutes.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(30_000);
  });
});

it("until now only looks", async () => {
  const { futures, fulfil } = newFutures(2);
  fulfil(0);
  expect(indices(await wait(futures, { until: "now" }))).toEqual([[0], [1]]);
});

describe("timeoutMs", () => {
  it("ends the wait with what is known", async () => {
    vi.useFakeTimers();
    const { futures, fulfil } = newFutures(2);
    const waiting = wait(futures, { timeoutMs: 1000 });
    fulfil(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(indices(await waiting)).toEqual([[0], [1]]);
  });

  it("leaves no timer once all have settled", async () => {
    vi.useFakeTimers();
    const { futures, fulfil } = newFutures(1);
    const waiting = wait(futures, { timeoutMs: 1000 });
    fulfil(0);
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("may be longer than a timer can run", async () => {
    const { futures, fulfil } = newFutures(1);
    const waiting = wait(futures, { timeoutMs: Number.MAX_VALUE });
    setTimeout(fulfil, 10, 0);
    expect(indices(await waiting)).toEqual([[0], []]);
    expect(indices(await wait(futures, { timeoutMs: Infinity }))).toEqual([[0], []]);
  });

  it.each([-1, NaN, "5s"])("refuses %j", async (timeoutMs) => {
    await expect(wait([], { timeoutMs: timeoutMs as number })).rejects.toBeInstanceOf(OptionError);
  });
});

it("refuses an unknown until", async () => {
  await expect(wait([], { until: "some" as "any" })).rejects.toMatchObject({ code: "OPTION", option: "until" });
});

it("takes any iterable, the same future twice, and futures of several jobs", async () => {
  const [a, b] = [newFutures(1), newFutures(1)];
  const waiting = wait(new Set([...a.futures, ...b.futures]));
  const twice = wait([a.futures[0], a.futures[0]] as Future<number>[]);
  a.fulfil(0);
  b.fulfil(0);
  expect((await waiting)[0]).toHaveLength(2);
  expect((await twice)[0]).toHaveLength(2);
});
