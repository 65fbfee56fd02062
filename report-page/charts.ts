/** The plots of progress and of run times. */
import uPlot from "uplot";
import { binsOf } from "../src/view/bins.js";
import { type CallTable, callTable } from "../src/view/call-table.js";
import { durationText, unitFor } from "../src/view/duration.js";
import { overTime } from "../src/view/over-time.js";
import type { ReportData } from "../src/view/report-data.js";
import { numberText } from "../src/view/svg/ticks.js";
import { type Colors, colorsNow } from "./colors.js";
import { element } from "./dom.js";

const HEIGHT = 230;
const STEPS = 300;
const US_PER_MS = 1000;
const FONT = "11px system-ui, sans-serif";

/** Part of its place that a bar of the histogram takes, and the widest bar, px. */
const BAR_SHARE = 0.96;
const WIDEST_BAR = 120;

/** Room for the numbers of an axis, px. */
const AXIS_WIDTH = 58;

interface Plot {
  title: string;
  options(): Omit<uPlot.Options, "width" | "height">;
  data: uPlot.AlignedData;
}

export class Charts {
  readonly root = element("div", { class: "pair" });
  readonly #progress = new Chart();
  readonly #histogram = new Chart();
  #colors = colorsNow();

  constructor(data: ReportData) {
    this.root.append(this.#progress.root, this.#histogram.root);
    this.update(data);
  }

  update(data: ReportData): void {
    const table = callTable(data);
    this.#progress.show(progressPlot(data, table, () => this.#colors));
    this.#histogram.show(histogramPlot(data, () => this.#colors));
  }

  recolor(): void {
    this.#colors = colorsNow();
    this.#progress.redraw();
    this.#histogram.redraw();
  }
}

/** A plot in its card, as wide as that. */
class Chart {
  readonly root = element("section", { class: "card" });
  readonly #title = element("h2");
  readonly #place = element("div");
  #plot: uPlot | undefined;

  constructor() {
    this.root.append(this.#title, this.#place);
    new ResizeObserver(() => this.#plot?.setSize({ width: this.#place.clientWidth, height: HEIGHT })).observe(
      this.#place,
    );
  }

  /** Made anew, as axes and series may be others. */
  show({ title, options, data }: Plot): void {
    this.#title.textContent = title;
    this.#plot?.destroy();
    this.#plot = new uPlot({ ...options(), width: this.#place.clientWidth || 400, height: HEIGHT }, data, this.#place);
  }

  redraw(): void {
    this.#plot?.redraw(false);
  }
}

type ColorsOf = () => Colors;

function progressPlot(data: ReportData, table: CallTable, colors: ColorsOf): Plot {
  const untilMs = Math.max(data.wallMs, table.endMs, 1);
  const { at, done, failed, atOnce } = overTime(table, untilMs, STEPS);
  const unit = unitFor(untilMs);
  const moment = (value: number | null) => (value === null ? "" : `${numberText(value)} ${unit.name}`);
  const hasFailed = table.failed.includes(1);
  const line = (label: string, color: keyof Colors, scale: string, digits = 0): uPlot.Series => ({
    label,
    scale,
    stroke: () => colors()[color],
    width: 1.5,
    points: { show: false },
    value: (_, value) => (value === null ? "" : numberText(Number(value.toFixed(digits)))),
  });
  return {
    title: "Progress",
    data: [
      Array.from(at, (ms) => ms / unit.ms),
      Array.from(done),
      Array.from(atOnce),
      ...(hasFailed ? [Array.from(failed)] : []),
    ],
    options: () => ({
      scales: { x: { time: false }, calls: { range: fromZero }, atOnce: { range: fromZero } },
      series: [
        { label: "time", value: (_, value) => moment(value) },
        line("calls done", "call", "calls"),
        line("calls at once", "second", "atOnce", 1),
        ...(hasFailed ? [line("failed", "failed", "calls")] : []),
      ],
      axes: [
        axis(colors, { values: (_, values) => values.map(moment) }),
        axis(colors, { scale: "calls", size: AXIS_WIDTH, values: (_, values) => values.map(numberText) }),
        axis(colors, { scale: "atOnce", side: 1, size: AXIS_WIDTH - 14, grid: { show: false } }),
      ],
    }),
  };
}

function histogramPlot(data: ReportData, colors: ColorsOf): Plot {
  const { bounds, counts, isLog } = binsOf(data.calls.run.map((us) => us / US_PER_MS));
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, WIDEST_BAR] });
  const range = (bin: number) => `${durationText(bounds[bin] ?? 0)} to ${durationText(bounds[bin + 1] ?? 0)}`;
  // A bar stands around its number, and begins where the bin does: half a place before.
  const boundText = (value: number) => {
    const ms = bounds[Math.round(value + 0.5)];
    return ms === undefined ? "" : durationText(Number(ms.toPrecision(3)));
  };
  return {
    title: `Run times of calls${isLog ? ", each bin by the same factor longer" : ""}`,
    data: [counts.map((_, bin) => bin), counts],
    options: () => ({
      scales: { x: { time: false, range: () => [-0.5, Math.max(1, counts.length) - 0.5] }, calls: { range: fromZero } },
      cursor: { drag: { x: false, y: false } },
      series: [
        { label: "run time", value: (_, bin) => (bin === null ? "" : range(bin)) },
        {
          label: "calls",
          scale: "calls",
          fill: () => colors().call,
          points: { show: false },
          ...(bars && { paths: bars }),
          value: (_, value) => (value === null ? "" : numberText(value)),
        },
      ],
      axes: [
        axis(colors, {
          splits: (plot) => boundsShown(counts.length, plot.width),
          values: (_, values) => values.map(boundText),
        }),
        axis(colors, { scale: "calls", size: AXIS_WIDTH, values: (_, values) => values.map(wholeText) }),
      ],
    }),
  };
}

/** Room of a time below the axis, px. */
const TIME_WIDTH = 80;

/** The beginnings of bins, and the end of the last one, as many as there is room for. */
function boundsShown(bins: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(bins / Math.max(1, Math.floor(width / TIME_WIDTH))));
  return Array.from({ length: Math.floor(bins / step) + 1 }, (_, i) => i * step - 0.5);
}

/** There are no halves of calls. */
function wholeText(value: number): string {
  return Number.isInteger(value) ? numberText(value) : "";
}

function fromZero(_: uPlot, __: number, most: number): [number, number] {
  return [0, most > 0 ? most * 1.05 : 1];
}

function axis(colors: ColorsOf, more: uPlot.Axis): uPlot.Axis {
  const line = { stroke: () => colors().line, width: 1 };
  return { font: FONT, stroke: () => colors().soft, grid: line, ticks: line, ...more };
}
