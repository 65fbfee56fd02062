/** Where an axis has its ticks: at round numbers. */
import { unitFor } from "../duration.js";
import type { Axis, Tick } from "./chart.js";

/** First digits of steps that people count in. */
const ROUND = [1, 2, 5, 10];

/** Of which at most so many lie in the span, which is more than 0. */
export function roundStep(span: number, most: number): number {
  const size = 10 ** Math.floor(Math.log10(span / most));
  return ROUND.map((digit) => digit * size).find((step) => span / step <= most) ?? 10 * size;
}

/** Ticks at round numbers from 0 to `to`, about so many. */
export function ticksTo(to: number, about = 6, whole = false): number[] {
  if (!(to > 0)) return [0];
  const round = roundStep(to, about);
  const step = whole ? Math.max(1, round) : round;
  // A rounding error must not cost the last one.
  const count = Math.floor(to / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

export function numberTicks(to: number, about?: number, whole?: boolean): Tick[] {
  return ticksTo(to, about, whole).map((at) => ({ at, text: numberText(at) }));
}

/** With thousands apart, and without what rounding leaves behind the point. */
export function numberText(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** From 0 to so many ms, in a unit that fits. */
export function timeAxis(what: string, toMs: number): Axis {
  const unit = unitFor(toMs);
  const ticks = ticksTo(toMs / unit.ms).map((at) => ({ at: at * unit.ms, text: numberText(at) }));
  return { label: `${what}, ${unit.name}`, from: 0, to: toMs, ticks };
}
