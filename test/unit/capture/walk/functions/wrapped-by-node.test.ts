import { exec } from "node:child_process";
import { callbackify, deprecate, promisify } from "node:util";
import { expect, it } from "vitest";
import { callRebuilt, roundTrip } from "../../round-trip.js";

it("functions that node:util has wrapped are wrapped again", async () => {
  const step = 2;
  const later = promisify((x: number, done: (error: Error | null, sum?: number) => void) => done(null, x + step));
  const called = callbackify(async (x: number) => x + step);
  const old = deprecate((x: number) => x + step, "it is old", "WREN1");
  const fn = async () => [
    await later(1),
    await new Promise((resolve) => called(1, (_error, sum) => resolve(sum))),
    old(1),
    later.name,
    later.length,
  ];
  expect(await callRebuilt(fn)).toEqual(await fn());
});

it("their own members travel, and two variables of one stay one", async () => {
  const later = Object.assign(
    promisify((done: () => void) => done()),
    { note: { calls: 0 } },
  );
  const again = later;
  const { fn } = await roundTrip(() => [
    later === again,
    ++later.note.calls,
    Reflect.get(later, promisify.custom) === later,
  ]);
  expect(fn()).toEqual([true, 1, true]);
  expect(later.note.calls).toBe(0);
});

it("where Node has a function of its own for promises, that is used", async () => {
  const run = promisify(exec);
  expect(await callRebuilt(async () => (await run("echo wren")).stdout)).toBe("wren\n");
});
