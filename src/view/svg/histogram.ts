/** How long calls ran, as SVG: how many ran for how long. */
import { binsOf } from "../bins.js";
import { durationText } from "../duration.js";
import type { ReportData } from "../report-data.js";
import { type Axis, COLORS, chart, type Plot } from "./chart.js";
import { element, group, type Markup } from "./element.js";
import { numberText, numberTicks, timeAxis } from "./ticks.js";
import { titleOf } from "./timeline.js";

const US_PER_MS = 1000;

/** Ticks of a scale by factors, at most. */
const LOG_TICKS = 7;

export function histogramSvg(data: ReportData): string {
  const { bounds, counts, isLog } = binsOf(data.calls.run.map((us) => us / US_PER_MS));
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const y = { label: "calls", from: 0, to: most * 1.05 || 1, ticks: numberTicks(most || 1, 6, true) };
  const subtitle = `Run times of ${numberText(data.calls.run.length)} calls`;
  const x = isLog ? logAxis(bounds) : linearAxis(bounds);
  return chart({ title: titleOf("Call times", data), subtitle, x, y }, (plot) => bars(counts, plot, x));
}

/** Bins are as wide as each other on either axis: each is a step of it. */
function bars(counts: readonly number[], plot: Plot, { from, to }: Axis): Markup[] {
  const width = (to - from) / counts.length;
  const drawn = counts.map((count, i) => {
    const [left, right] = [plot.x(from + i * width), plot.x(from + (i + 1) * width)];
    const box = { x: left + 0.5, y: plot.y(count), width: Math.max(0.5, right - left - 1) };
    return element("rect", { ...box, height: plot.bottom - plot.y(count) });
  });
  return [group({ fill: COLORS.call }, drawn)];
}

function linearAxis(bounds: readonly number[]): Axis {
  const [from = 0, to = 1] = [bounds[0], bounds.at(-1)];
  // One bin has a width as well.
  if (to <= from) return { label: "run time", from: 0, to: 1, ticks: [{ at: 0.5, text: durationText(from) }] };
  const { label, ticks } = timeAxis("run time", to);
  const inside = ticks.filter(({ at }) => at >= from);
  const ends = [from, to].map((at) => ({ at, text: durationText(at) }));
  return inside.length > 1 ? { label, from, to, ticks: inside } : { label: "run time", from, to, ticks: ends };
}

/** In bins from the first bound. */
function logAxis(bounds: readonly number[]): Axis {
  const count = bounds.length - 1;
  const step = Math.max(1, Math.ceil(count / LOG_TICKS));
  const ticks = bounds.flatMap((ms, at) =>
    at % step === 0 ? { at, text: durationText(Number(ms.toPrecision(2))) } : [],
  );
  return { label: "run time, each bin by the same factor longer", from: 0, to: count, ticks };
}
