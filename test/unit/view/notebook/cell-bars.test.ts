import { expect, it } from "vitest";
import type { BarState } from "../../../../src/view/bar-line.js";
import { CellBars } from "../../../../src/view/notebook/cell-bars.js";

/** A notebook whose cells are told apart by a number. */
function fakeNotebook() {
  const displays: string[][] = [];
  const at = { cell: 1 };
  const newDisplay = () => {
    const shown: string[] = [];
    displays.push(shown);
    return { html: (text: string) => void shown.push(text) };
  };
  return { displays, at, bars: new CellBars({ newDisplay, cell: () => at.cell }) };
}

function job(name: string, total = 4) {
  const state: BarState = { name, total, done: 0, failed: 0, cancelled: 0, elapsedMs: 0 };
  return { state, shown: () => ({ ...state }) };
}

/** The rows as text. */
const rowsOf = (html = "") =>
  html
    .split("<div>")
    .slice(1)
    .map((row) => row.replace(/<[^>]+>/g, "").trim());

it("shows at the end how the job has ended, at once", () => {
  const { displays, bars } = fakeNotebook();
  const one = job("work");
  bars.add(one.shown);
  Object.assign(one.state, { done: 4, failed: 1, elapsedMs: 2000 });
  bars.end(one.shown);
  expect(rowsOf(displays[0]?.at(-1))).toEqual(["100% | 4/4 calls | 1 failed | 2s"]);
  expect(displays[0]?.at(-1)).toContain('value="1.000"');
});

it("tells calls that were cancelled from those that failed, and counts none of them as done", () => {
  const { displays, bars } = fakeNotebook();
  const one = job("work", 10);
  bars.add(one.shown);
  Object.assign(one.state, { done: 10, failed: 7, cancelled: 6, elapsedMs: 2000 });
  bars.end(one.shown);
  expect(rowsOf(displays[0]?.at(-1))).toEqual(["40% | 4/10 calls | 1 failed | 6 cancelled | 2s"]);
  expect(displays[0]?.at(-1)).toContain('value="0.400"');
});

it("shows the jobs of a cell in one display, by their names, and those of another cell in another one", () => {
  const { displays, at, bars } = fakeNotebook();
  const [first, second, third] = [job("first"), job("<b>"), job("third")];
  bars.add(first.shown);
  bars.add(second.shown);
  at.cell = 2;
  bars.add(third.shown);
  Object.assign(first.state, { done: 4, elapsedMs: 1000 });
  for (const { shown } of [first, second, third]) bars.end(shown);
  expect(displays).toHaveLength(2);
  expect(displays[0]?.at(-1)).toContain("<code>&lt;b&gt;</code>");
  expect(rowsOf(displays[0]?.at(-1))).toEqual([
    "first 100% | 4/4 calls | 0 failed | 1s",
    "&lt;b&gt; 0% | 0/4 calls | 0 failed | 0s, ? left",
  ]);
  expect(rowsOf(displays[1]?.at(-1))).toEqual(["0% | 0/4 calls | 0 failed | 0s, ? left"]);
});

it("writes nothing where nothing has changed, and while others run leaves what has ended to the next look", () => {
  const { displays, bars } = fakeNotebook();
  const jobs = Array.from({ length: 100 }, (_, i) => job(`job ${i}`));
  const last = job("last");
  bars.add(last.shown);
  for (const { shown } of jobs) bars.add(shown);
  const before = displays[0]?.length;
  for (const { shown } of jobs) bars.end(shown);
  expect(displays[0]?.length).toBe(before);
  bars.end(last.shown);
  expect(displays[0]?.length).toBe((before ?? 0) + 1);
});

it("shows ten jobs, those that run first of all, and the sum of the others", () => {
  const { displays, bars } = fakeNotebook();
  const ended = Array.from({ length: 30 }, (_, i) => job(`ended ${i}`));
  for (const { shown, state } of ended) {
    bars.add(shown);
    Object.assign(state, { done: 4, failed: 1 });
    bars.end(shown);
  }
  const running = Array.from({ length: 3 }, (_, i) => job(`running ${i}`));
  for (const { shown } of running) bars.add(shown);
  const rows = rowsOf(displays[0]?.at(-1));
  expect(rows).toHaveLength(11);
  expect(rows[0]).toBe("23 other jobs 100% | 92/92 calls | 23 failed");
  expect(rows[1]).toMatch(/^ended 23 /);
  expect(rows[10]).toMatch(/^running 2 /);
  for (const { shown } of running) bars.end(shown);
});

it("does nothing to a job whose display cannot be written any more", () => {
  const bars = new CellBars({
    cell: () => 1,
    newDisplay: () => ({
      html: () => {
        throw new Error("closed");
      },
    }),
  });
  const one = job("work");
  bars.add(one.shown);
  expect(() => bars.end(one.shown)).not.toThrow();
});
