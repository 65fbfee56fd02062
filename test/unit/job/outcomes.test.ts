import { expect, it, vi } from "vitest";
import { CancelledError } from "../../../src/errors.js";
import { CallOutcomes, type Outcome } from "../../../src/job/outcomes.js";

const ok = (index: number, value = index): Outcome<number> => ({ index, status: "fulfilled", value });
const REASON = new CancelledError("job-1", "enough");

function opened(total: number): CallOutcomes<number> {
  const outcomes = new CallOutcomes<number>();
  outcomes.open(total);
  return outcomes;
}

it("keeps the first outcome of a call and drops later ones", () => {
  const outcomes = opened(2);
  outcomes.settle(ok(1, 10));
  outcomes.settle(ok(1, 20));
  outcomes.settle({ index: 1, status: "rejected", reason: REASON });
  expect(outcomes.outcome(1)).toEqual(ok(1, 10));
  expect([outcomes.done, outcomes.failed]).toEqual([1, 0]);
});

it("keeps the order in which calls settled", () => {
  const outcomes = opened(3);
  for (const index of [2, 0, 1]) outcomes.settle(ok(index));
  expect(outcomes.order).toEqual([2, 0, 1]);
  expect(outcomes.isComplete).toBe(true);
});

it("tells each who waits for a call, once, at once when it has settled", () => {
  const outcomes = opened(2);
  const tell = vi.fn();
  outcomes.whenSettled(0, tell);
  outcomes.whenSettled(0, tell);
  const other = vi.fn();
  outcomes.whenSettled(0, other);
  outcomes.whenSettled(0, other)();
  outcomes.settle(ok(0));
  outcomes.settle(ok(0));
  expect(tell).toHaveBeenCalledTimes(1);
  outcomes.whenSettled(0, tell);
  expect(tell).toHaveBeenCalledTimes(2);
});

it("lets those who wait take it back, also while others are being told", () => {
  const outcomes = opened(1);
  const told = vi.fn();
  const forgets = [outcomes.whenSettled(0, told)];
  outcomes.whenSettled(0, () => forgets[0]?.());
  forgets.push(outcomes.whenSettled(0, vi.fn()));
  forgets[1]?.();
  outcomes.settle(ok(0));
  expect(told).toHaveBeenCalledTimes(1);
});

it("fails what is open and leaves what is settled", () => {
  const outcomes = opened(3);
  outcomes.settle(ok(1));
  outcomes.fail(REASON);
  outcomes.fail(new CancelledError("job-1", "later"));
  expect([0, 1, 2].map((index) => outcomes.outcome(index)?.status)).toEqual(["rejected", "fulfilled", "rejected"]);
  expect(outcomes.outcome(0)).toMatchObject({ reason: REASON });
  expect([outcomes.done, outcomes.failed, outcomes.isComplete, outcomes.failure]).toEqual([3, 2, true, undefined]);
});

it("of a job whose calls are not known yet fails as a whole, for the first reason", () => {
  const outcomes = new CallOutcomes<number>();
  outcomes.fail(REASON);
  outcomes.fail(new CancelledError("job-1", "later"));
  expect([outcomes.failure, outcomes.isComplete, outcomes.total]).toEqual([REASON, true, undefined]);
});

it("wakes every waiter once for any number of settled calls", async () => {
  const outcomes = opened(3);
  const woken = vi.fn();
  const waits = [outcomes.changed().then(woken), outcomes.changed().then(woken)];
  outcomes.settle(ok(0));
  outcomes.settle(ok(1));
  await Promise.resolve();
  expect(woken).not.toHaveBeenCalled();
  outcomes.announce();
  await Promise.all(waits);
  expect(woken).toHaveBeenCalledTimes(2);
});

it("of no calls is complete", () => {
  expect(opened(0).isComplete).toBe(true);
});
