import { expect, it } from "vitest";
import { Bill } from "../../../src/cost/bill.js";
import type { Invocation } from "../../../src/wire/billed.js";

const PLACE = { region: "eu-west-1", architecture: "arm64", memoryMb: 1024 } as const;
const invocation = (ranMs: number, initMs?: number): Invocation => ({ ...PLACE, ranMs, ...(initMs && { initMs }) });

it("counts by workers' clocks what the platform does not tell, with the start and the last write, in whole ms", () => {
  const bill = new Bill();
  bill.invoke();
  bill.invoke();
  bill.add("a", invocation(100.2, 200.3), true);
  bill.add("b", invocation(50), true);
  expect(bill.usage(undefined)).toEqual([
    { place: PLACE, invocations: 2, billedMs: 331 + 80, starts: 1, startMs: 200.3, toldMs: 0 },
  ]);
  expect(bill.invocations).toBe(2);
});

it("takes the platform's word where it has one, once for each attempt", () => {
  const bill = new Bill();
  bill.invoke();
  bill.tell("a", { ms: 150, memoryMb: 1024 });
  bill.add("a", invocation(100, 40), true);
  expect(bill.usage(PLACE)).toEqual([
    { place: PLACE, invocations: 1, billedMs: 150, starts: 1, startMs: 40, toldMs: 150 },
  ]);
});

it("counts attempts that died, of which only the platform tells", () => {
  const bill = new Bill();
  bill.invoke();
  bill.tell("dead", { ms: 70, memoryMb: 512 });
  const place = { ...PLACE, memoryMb: 512 };
  expect(bill.usage(PLACE)).toEqual([{ place, invocations: 1, billedMs: 70, starts: 0, startMs: 0, toldMs: 70 }]);
  expect(bill.usage(undefined)).toEqual([]);
  // Asked again, it has not counted twice.
  expect(bill.usage(PLACE)[0]?.billedMs).toBe(70);
});

it("counts another host's invocations by their results", () => {
  const bill = new Bill();
  bill.add("theirs", invocation(10), false);
  expect(bill.invocations).toBe(1);
});
