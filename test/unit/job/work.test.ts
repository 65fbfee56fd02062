import { expect, it } from "vitest";
import { lostTimes as lostTimesOf, type Taken } from "../../../src/job/work.js";

interface Call {
  startMs: number;
  runMs: number;
  usage: { cpuMs: number; idleMs: number; coreWaitMs?: number };
}

function lostTimes(all: readonly Call[], runsAtOnce: boolean) {
  const taken = all.reduce<Taken>(
    (sum, { usage: { cpuMs, idleMs, coreWaitMs } }) => ({
      cpuMs: sum.cpuMs + cpuMs,
      idleMs: sum.idleMs + idleMs,
      coreWaitMs: coreWaitMs === undefined ? undefined : (sum.coreWaitMs ?? 0) + coreWaitMs,
    }),
    { cpuMs: 0, idleMs: 0, coreWaitMs: 0 },
  );
  return lostTimesOf(all, taken, runsAtOnce);
}

function calls(count: number, call: (i: number) => Call): Call[] {
  return Array.from({ length: count }, (_, i) => call(i));
}

it("calls that only wait lose nothing, alone and at once", () => {
  const waiting = (startMs: number) => ({ startMs, runMs: 50, usage: { cpuMs: 0, idleMs: 50, coreWaitMs: 0 } });
  const lost = { queuedMs: 0, coreWaitMs: 0, blockedMs: 0 };
  expect(
    lostTimes(
      calls(10, (i) => waiting(50 * i)),
      false,
    ),
  ).toEqual(lost);
  const beside = calls(10, () => ({ ...waiting(0), usage: { cpuMs: 0, idleMs: 5, coreWaitMs: 0 } }));
  expect(lostTimes(beside, true)).toEqual(lost);
});

it("calls that only compute, at once in one thread, have waited for each other", () => {
  const computing = calls(25, () => ({ startMs: 0, runMs: 100, usage: { cpuMs: 4, idleMs: 0, coreWaitMs: 0 } }));
  expect(lostTimes(computing, true).queuedMs).toBeCloseTo(24 * 100, 6);
});

it("calls that mostly wait, and compute a little, have hardly waited for each other", () => {
  // 25 at once, each with 193 ms of requests and 5 ms of CPU time, of which the thread can do 5 of 205 ms at a time.
  const mixed = calls(25, () => ({ startMs: 0, runMs: 205, usage: { cpuMs: 5, idleMs: 80 / 25, coreWaitMs: 0 } }));
  const { queuedMs } = lostTimes(mixed, true);
  expect((25 * 205 - queuedMs) / 25).toBeGreaterThan(190);
  expect(queuedMs).toBeGreaterThan(0);
});

it("the wait for a core is what the system tells, but never what was computed", () => {
  const contended = [{ startMs: 0, runMs: 100, usage: { cpuMs: 25, idleMs: 0, coreWaitMs: 70 } }];
  expect(lostTimes(contended, false)).toEqual({ queuedMs: 0, coreWaitMs: 70, blockedMs: 0 });
  const overstated = [{ startMs: 0, runMs: 100, usage: { cpuMs: 25, idleMs: 0, coreWaitMs: 90 } }];
  expect(lostTimes(overstated, false).coreWaitMs).toBe(75);
});

it("where the system tells nothing, it is known how long the worker neither computed nor waited", () => {
  const untold = [{ startMs: 0, runMs: 100, usage: { cpuMs: 25, idleMs: 10 } }];
  expect(lostTimes(untold, false)).toEqual({ queuedMs: 0, coreWaitMs: 0, blockedMs: 65 });
});
