import { expect, it } from "vitest";
import { drawJob, JOB_PLOTS } from "../../../../src/view/svg/job-plots.js";
import { studySvg } from "../../../../src/view/svg/study.js";
import { sampleReport } from "../sample-report.js";

const STUDY = {
  calls: 6,
  repetitions: 3,
  cores: 4,
  points: [
    { workers: 1, speedUp: { mean: 1, low: 1, high: 1 } },
    { workers: 4, speedUp: { mean: 3, low: 2.5, high: 3.5 } },
  ],
  amdahl: { serialFraction: 0.1 },
};

/** Names of the elements; fails where one is not closed, or holds what XML does not. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const rest = svg.replace(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<>]*")*)(\/?)>/g, (_, end, name, __, isEmpty) => {
    if (end) expect(open.pop()).toBe(name);
    else names.push(name);
    if (!end && !isEmpty) open.push(name);
    return "";
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/);
  return names;
}

it.each(JOB_PLOTS)("the %s is SVG, whatever the names of functions and workers", (plot) => {
  const hostile = `<script>&"'\u0000\ud800`;
  const svg = drawJob(plot, sampleReport({ functionName: hostile, workers: [hostile, "b"] })) as string;
  expect(elementsOf(svg)).toEqual(expect.arrayContaining(["svg", "title", "path", "text"]));
  expect(svg).toContain("&lt;script&gt;&amp;&quot;&#39;\ufffd\ufffd");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

it.each(JOB_PLOTS)("the %s of a job without calls is SVG", (plot) => {
  const columns = { name: [], worker: [], first: [], calls: [], started: [], stored: [], fetch: [], setup: [] };
  const calls = { start: [], run: [], cpu: [], failed: [], tries: [] };
  const svg = drawJob(plot, sampleReport({ wallMs: 0, workers: [], shards: columns, calls })) as string;
  expect(elementsOf(svg)).toContain("svg");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

it("the timeline has a box for each call, in its lane, and failed ones in a colour of their own", () => {
  const svg = drawJob("timeline", sampleReport()) as string;
  const [, calls, failed] = [...svg.matchAll(/<path d="([^"]*z)"/g)].map(([, d]) => d as string);
  const boxes = (path: string) =>
    [...path.matchAll(/M([\d.]+) ([\d.]+)H([\d.]+)/g)].map((one) => one.slice(1).map(Number));
  // The axis begins at 124 px and is 616 long, for 80 ms.
  expect(boxes(calls as string)).toEqual([
    [278, 62, 354.7],
    [355, 62, 431.7],
    [509, 62, 585.7],
    [355, 80, 508.7],
  ]);
  expect(boxes(failed as string)).toEqual([[355, 98, 508.7]]);
});

it("the timeline of very many calls draws what lies in one pixel once", () => {
  const many = 100_000;
  const run = new Array<number>(many).fill(700);
  const start = run.map((_, i) => i * 800);
  const shards = {
    ...sampleReport().shards,
    name: ["0"],
    worker: [0],
    first: [0],
    calls: [many],
    started: [0],
    stored: [8e7],
  };
  const calls = { start, run, cpu: run, failed: [], tries: [] };
  const svg = drawJob("timeline", sampleReport({ wallMs: 80_000, workers: ["a"], shards, calls })) as string;
  expect(svg.length).toBeLessThan(50_000);
});

it("names no other plots", () => {
  expect(drawJob("toString" as never, sampleReport())).toBeUndefined();
});

it("a study has a point for each number of workers, with its confidence, and Amdahl's law where there is one", () => {
  const names = elementsOf(studySvg(STUDY));
  expect(names.filter((name) => name === "circle")).toHaveLength(2);
  expect(studySvg(STUDY)).toContain("Amdahl&#39;s law, 10.0 % serial");
  const unfitted = studySvg({ ...STUDY, points: STUDY.points.slice(0, 1), amdahl: undefined });
  expect(elementsOf(unfitted)).toContain("circle");
  expect(unfitted).not.toContain("Amdahl");
});
