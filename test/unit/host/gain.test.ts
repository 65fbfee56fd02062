import { describe, expect, it } from "vitest";
import { gains, UsualTimes } from "../../../src/host/gain.js";
import { standIn } from "../../support/stand-in-backend.js";

const place = (name: string) => ({ name, backend: standIn(name) });

it("knows the time in the middle, of all and at each place", () => {
  const usual = new UsualTimes();
  const [a, b] = [place("a"), place("b")];
  for (const ms of [30, 10, 20]) usual.add(ms, a);
  usual.add(900, b);
  usual.add(15, undefined);
  expect([usual.count, usual.all, usual.at(a), usual.at(b), usual.at(place("a"))]).toEqual([5, 20, 20, 900, undefined]);
});

describe("a copy at an idle place", () => {
  it.each([
    ["while its own place will take longer than the other one would", { own: 1000, other: 100, elapsedMs: 0 }, true],
    ["not shortly before its own place will be done", { own: 1000, other: 100, elapsedMs: 900 }, false],
    ["not for a few ms", { own: 140, other: 100, elapsedMs: 0 }, false],
    ["once it is late by more than the other one takes", { own: 1000, other: 100, elapsedMs: 1200 }, true],
    ["not as soon as it is late", { own: 1000, other: 100, elapsedMs: 1050 }, false],
    [
      "once a place of which nothing is known takes longer than that",
      { own: undefined, other: 100, elapsedMs: 160 },
      true,
    ],
    ["not before", { own: undefined, other: 100, elapsedMs: 140 }, false],
    ["not where nothing is known of the other one", { own: 1000, other: undefined, elapsedMs: 0 }, false],
  ])("gains %s", (_when, times, expected) => {
    expect(gains({ ...times, rounds: 1 })).toBe(expected);
  });

  it("is measured by the rounds of calls", () => {
    expect(gains({ own: 100, other: 60, elapsedMs: 0, rounds: 1 })).toBe(false);
    expect(gains({ own: 100, other: 60, elapsedMs: 0, rounds: 10 })).toBe(true);
  });
});
