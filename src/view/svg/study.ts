/** The curve of a study as SVG: speed-up over the number of workers, its confidence, Amdahl's law, and what would be perfect. */
import { COLORS, chart, type Plot } from "./chart.js";
import { element, group, type Markup } from "./element.js";
import { pathOf } from "./speed-up.js";
import { numberTicks } from "./ticks.js";

/** What of a study is drawn. */
export interface DrawnStudy {
  calls: number;
  repetitions: number;
  cores: number;
  points: readonly { workers: number; speedUp: { mean: number; low: number; high: number } }[];
  /** Undefined where nothing was fitted. */
  amdahl: { serialFraction: number } | undefined;
}

/** Points of a curve. */
const STEPS = 100;

/** Half the width of the lines that end an interval, px. */
const CAP = 5;

export function studySvg(study: DrawnStudy): string {
  const { calls, repetitions, cores, points } = study;
  const mostWorkers = Math.max(...points.map(({ workers }) => workers));
  const most = Math.max(1, ...points.map(({ speedUp }) => speedUp.high)) * 1.1;
  const x = { label: "workers", from: 0, to: mostWorkers * 1.04, ticks: workerTicks(points) };
  const y = { label: "speed-up over one worker", from: 0, to: most, ticks: numberTicks(most) };
  const subtitle = `${calls} calls, ${repetitions} times with each number of workers, on ${cores} cores; bars: 95 % confidence`;
  return chart({ title: "Speed-up over the number of workers", subtitle, x, y }, (plot) => [
    ...curves(study, mostWorkers, most, plot),
    group(
      { stroke: COLORS.call, "stroke-width": 1.5 },
      points.flatMap(({ workers, speedUp }) => interval(workers, speedUp, plot)),
    ),
    group(
      { fill: COLORS.call },
      points.map(({ workers, speedUp }) => element("circle", { cx: plot.x(workers), cy: plot.y(speedUp.mean), r: 4 })),
    ),
    ...legend(study, plot),
  ]);
}

function workerTicks(points: DrawnStudy["points"]) {
  return points.map(({ workers }) => ({ at: workers, text: String(workers) }));
}

const DASHED = { fill: "none", "stroke-dasharray": "5 4" };

function curves({ amdahl }: DrawnStudy, mostWorkers: number, most: number, plot: Plot): Markup[] {
  // The perfect line ends where it leaves the frame.
  const perfect = Math.min(mostWorkers, most);
  const drawn = [element("path", { ...DASHED, d: pathOf([0, perfect], [0, perfect], plot), stroke: COLORS.guide })];
  if (!amdahl) return drawn;
  const { serialFraction: serial } = amdahl;
  const workers = Array.from({ length: STEPS + 1 }, (_, i) => 1 + ((mostWorkers - 1) * i) / STEPS);
  const fitted = workers.map((n) => Math.min(most, 1 / (serial + (1 - serial) / n)));
  return [
    ...drawn,
    element("path", { d: pathOf(workers, fitted, plot), fill: "none", stroke: COLORS.second, "stroke-width": 2 }),
  ];
}

function interval(workers: number, { low, high }: { low: number; high: number }, plot: Plot): Markup[] {
  if (high <= low) return [];
  const [x, top, bottom] = [plot.x(workers), plot.y(high), plot.y(Math.max(0, low))];
  const cap = (y: number) => element("line", { x1: x - CAP, x2: x + CAP, y1: y, y2: y });
  return [element("line", { x1: x, x2: x, y1: top, y2: bottom }), cap(top), cap(bottom)];
}

function legend({ amdahl }: DrawnStudy, { left, top }: Plot): Markup[] {
  const percent = ((amdahl?.serialFraction ?? 0) * 100).toFixed(1);
  const names = [
    { name: "measured, mean", line: { stroke: COLORS.call, "stroke-width": 3 } },
    ...(amdahl
      ? [{ name: `Amdahl's law, ${percent} % serial`, line: { stroke: COLORS.second, "stroke-width": 2 } }]
      : []),
    { name: "perfect", line: { stroke: COLORS.guide, "stroke-dasharray": "5 4" } },
  ];
  return names.flatMap(({ name, line }, i) => {
    const y = top + 16 + i * 18;
    return [
      element("line", { x1: left + 12, x2: left + 36, y1: y, y2: y, ...line }),
      element("text", { x: left + 44, y: y + 4 }, name),
    ];
  });
}
