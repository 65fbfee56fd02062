import { expect, it, vi } from "vitest";
import { CancelledError } from "../../src/errors.js";
import { Ledger, type Outcome } from "../../src/ledger.js";

const ok = (index: number, value = index): Outcome<number> => ({ index, status: "fulfilled", value });
const REASON = new CancelledError("job-1", "enough");

function opened(total: number): Ledger<number> {
  const ledger = new Ledger<number>();
  ledger.open(total);
  return ledger;
}

it("keeps the first outcome of a call and drops later ones", () => {
  const ledger = opened(2);
  ledger.settle(ok(1, 10));
  ledger.settle(ok(1, 20));
  ledger.settle({ index: 1, status: "rejected", reason: REASON });
  expect(ledger.outcome(1)).toEqual(ok(1, 10));
  expect([ledger.done, ledger.failed]).toEqual([1, 0]);
});

it("keeps the order in which calls settled", () => {
  const ledger = opened(3);
  for (const index of [2, 0, 1]) ledger.settle(ok(index));
  expect(ledger.order).toEqual([2, 0, 1]);
  expect(ledger.isComplete).toBe(true);
});

it("tells each who waits for a call, once, at once when it has settled", () => {
  const ledger = opened(2);
  const tell = vi.fn();
  ledger.whenSettled(0, tell);
  ledger.whenSettled(0, tell);
  const other = vi.fn();
  ledger.whenSettled(0, other);
  ledger.whenSettled(0, other)();
  ledger.settle(ok(0));
  ledger.settle(ok(0));
  expect(tell).toHaveBeenCalledTimes(1);
  ledger.whenSettled(0, tell);
  expect(tell).toHaveBeenCalledTimes(2);
});

it("lets those who wait take it back, also while others are being told", () => {
  const ledger = opened(1);
  const told = vi.fn();
  const forgets = [ledger.whenSettled(0, told)];
  ledger.whenSettled(0, () => forgets[0]?.());
  forgets.push(ledger.whenSettled(0, vi.fn()));
  forgets[1]?.();
  ledger.settle(ok(0));
  expect(told).toHaveBeenCalledTimes(1);
});

it("fails what is open and leaves what is settled", () => {
  const ledger = opened(3);
  ledger.settle(ok(1));
  ledger.fail(REASON);
  ledger.fail(new CancelledError("job-1", "later"));
  expect([0, 1, 2].map((index) => ledger.outcome(index)?.status)).toEqual(["rejected", "fulfilled", "rejected"]);
  expect(ledger.outcome(0)).toMatchObject({ reason: REASON });
  expect([ledger.done, ledger.failed, ledger.isComplete, ledger.failure]).toEqual([3, 2, true, undefined]);
});

it("of a job whose calls are not known yet fails as a whole, for the first reason", () => {
  const ledger = new Ledger<number>();
  ledger.fail(REASON);
  ledger.fail(new CancelledError("job-1", "later"));
  expect([ledger.failure, ledger.isComplete, ledger.total]).toEqual([REASON, true, undefined]);
});

it("wakes every waiter once for any number of settled calls", async () => {
  const ledger = opened(3);
  const woken = vi.fn();
  const waits = [ledger.changed().then(woken), ledger.changed().then(woken)];
  ledger.settle(ok(0));
  ledger.settle(ok(1));
  await Promise.resolve();
  expect(woken).not.toHaveBeenCalled();
  ledger.announce();
  await Promise.all(waits);
  expect(woken).toHaveBeenCalledTimes(2);
});

it("of no calls is complete", () => {
  expect(opened(0).isComplete).toBe(true);
});
