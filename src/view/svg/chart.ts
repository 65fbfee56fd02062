/** A chart's frame: size, titles, axes with their ticks, and the way from values to pixels. */
import { type Attributes, element, group, type Markup } from "./element.js";

export interface Axis {
  label: string;
  from: number;
  to: number;
  ticks: readonly Tick[];
}

export interface Tick {
  at: number;
  text: string;
}

export interface ChartOptions {
  title: string;
  /** A sentence below the title. */
  subtitle: string;
  /** px */
  height?: number;
  x: Axis;
  /** Grows upwards. */
  y: Axis;
  /** Room for its ticks, px. */
  yTicksWidth?: number;
}

/** Places in the chart, px. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(value: number): number;
  y(value: number): number;
}

/** As wide as a page of a paper takes without being scaled much, px. */
const WIDTH = 760;
const HEIGHT = 400;
const MARGIN = { top: 62, right: 20, bottom: 52 };

/** Of the colours that are told apart by all eyes (Okabe and Ito, 2008). */
export const COLORS = {
  call: "#0072b2",
  failed: "#d55e00",
  second: "#e69f00",
  guide: "#767676",
  grid: "#e4e4e4",
  ink: "#222222",
  paper: "#ffffff",
};

export const SMALL_TEXT: Attributes = { "font-size": 11 };

/** @param draw what is in the frame, above the grid */
export function chart(options: ChartOptions, draw: (plot: Plot) => readonly Markup[]): string {
  const { title, subtitle, height = HEIGHT, yTicksWidth = 60 } = options;
  const plot = plotOf(options, { left: yTicksWidth + 12, height });
  const body = [
    element("title", {}, title),
    element("desc", {}, subtitle),
    element("rect", { width: WIDTH, height, fill: COLORS.paper }),
    element("text", { x: 16, y: 26, "font-size": 15, "font-weight": "bold" }, title),
    element("text", { x: 16, y: 45, fill: COLORS.guide }, subtitle),
    ...xAxis(options.x, plot),
    ...yAxis(options.y, plot),
    ...draw(plot),
    element("path", { d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`, fill: "none", stroke: COLORS.ink }),
  ];
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "font-family": "Helvetica, Arial, sans-serif",
    "font-size": 12,
    fill: COLORS.ink,
  };
  return `${element("svg", attributes, ...body).markup}\n`;
}

function plotOf({ x, y }: ChartOptions, { left, height }: { left: number; height: number }): Plot {
  const [right, top, bottom] = [WIDTH - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
  return {
    left,
    right,
    top,
    bottom,
    x: (value) => left + share(value, x) * (right - left),
    y: (value) => bottom - share(value, y) * (bottom - top),
  };
}

/** 0 where the axis has no length. */
function share(value: number, { from, to }: Axis): number {
  return to > from ? (value - from) / (to - from) : 0;
}

function xAxis({ ticks, label }: Axis, { left, right, top, bottom, x }: Plot): Markup[] {
  return [
    group(
      { stroke: COLORS.grid },
      ticks.map(({ at }) => element("line", { x1: x(at), x2: x(at), y1: top, y2: bottom })),
    ),
    group(
      { ...SMALL_TEXT, "text-anchor": "middle" },
      ticks.map(({ at, text }) => element("text", { x: x(at), y: bottom + 17 }, text)),
    ),
    element("text", { x: (left + right) / 2, y: bottom + 38, "text-anchor": "middle" }, label),
  ];
}

function yAxis({ ticks, label }: Axis, { left, right, top, bottom, y }: Plot): Markup[] {
  const middle = (top + bottom) / 2;
  return [
    group(
      { stroke: COLORS.grid },
      ticks.map(({ at }) => element("line", { x1: left, x2: right, y1: y(at), y2: y(at) })),
    ),
    group(
      { ...SMALL_TEXT, "text-anchor": "end" },
      ticks.map(({ at, text }) => element("text", { x: left - 7, y: y(at) + 4 }, text)),
    ),
    element("text", { transform: `translate(15 ${middle}) rotate(-90)`, "text-anchor": "middle" }, label),
  ];
}
