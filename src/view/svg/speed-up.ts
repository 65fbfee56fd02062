/** How the speed-up of a job went over its time, as SVG. */
import { callTable } from "../call-table.js";
import { overTime, speedUpOverTime } from "../over-time.js";
import type { ReportData } from "../report-data.js";
import { COLORS, chart, type Plot } from "./chart.js";
import { element, type Markup, rounded } from "./element.js";
import { numberText, numberTicks, timeAxis } from "./ticks.js";
import { titleOf } from "./timeline.js";

const STEPS = 240;

export function speedUpSvg(data: ReportData): string {
  const table = callTable(data);
  const times = overTime(table, Math.max(data.wallMs, table.endMs), STEPS);
  const speedUp = speedUpOverTime(times, data.workShare);
  const last = speedUp.at(-1) ?? 0;
  const most = Math.max(1, data.workersAtOnce, ...speedUp) * 1.05;
  const x = timeAxis("time since map()", times.at.at(-1) ?? 0);
  const y = { label: "speed-up over one worker, so far", from: 0, to: most, ticks: numberTicks(most) };
  const subtitle = `${last.toFixed(2)}x in the end, by up to ${numberText(data.workersAtOnce)} workers at once`;
  return chart({ title: titleOf("Speed-up", data), subtitle, x, y }, (plot) => [
    ...guide(plot, data.workersAtOnce, "workers at once"),
    element("path", { d: pathOf(times.at, speedUp, plot), fill: "none", stroke: COLORS.call, "stroke-width": 2 }),
  ]);
}

/** A dashed line across, with its name above it. */
function guide(plot: Plot, at: number, name: string): Markup[] {
  const y = plot.y(at);
  const line = { x1: plot.left, x2: plot.right, y1: y, y2: y, stroke: COLORS.guide, "stroke-dasharray": "5 4" };
  const text = { x: plot.right - 4, y: y + 14, "text-anchor": "end", fill: COLORS.guide };
  return [element("line", line), element("text", text, name)];
}

/** A line through the points. */
export function pathOf(xs: ArrayLike<number>, ys: ArrayLike<number>, plot: Pick<Plot, "x" | "y">): string {
  return Array.from(
    xs,
    (x, i) => `${i === 0 ? "M" : "L"}${rounded(plot.x(x))} ${rounded(plot.y(ys[i] as number))}`,
  ).join("");
}
