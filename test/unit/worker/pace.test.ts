import { expect, it } from "vitest";
import { Pace } from "../../../src/worker/pace.js";

/** A timer may be early by less than this, ms. */
const EARLY_MS = 1;

it("keeps those apart who ask at once, in their order, however late they are", async () => {
  const pace = new Pace(30);
  const begun: { who: number; at: number }[] = [];
  const ask = async (who: number) => {
    await pace.turn();
    begun.push({ who, at: performance.now() });
  };
  const all = [0, 1, 2, 3].map(ask);
  await all[0];
  // Now all of them are late.
  for (const until = performance.now() + 150; performance.now() < until; );
  await Promise.all(all);
  expect(begun.map(({ who }) => who)).toEqual([0, 1, 2, 3]);
  for (const [i, { at }] of begun.entries())
    if (i > 0) expect(at - (begun[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(30 - EARLY_MS);
});

it("lets nobody wait for what is over", async () => {
  const pace = new Pace(60_000);
  await pace.turn();
  let isOver = false;
  const waiting = [1, 2].map(() => pace.turn(() => isOver));
  setTimeout(() => {
    isOver = true;
  }, 20);
  await Promise.all(waiting);
});
