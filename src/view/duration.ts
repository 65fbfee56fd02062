/** Times as short text, in the unit that fits. */

// Those of util/time.ts come with a module of Node's, which the page in a browser has not.
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const MICROSECONDS = { fromMs: 0, name: "µs", ms: 0.001, decimals: 0 };

/** The largest first. */
const UNITS = [
  { fromMs: HOUR_MS, name: "h", ms: HOUR_MS, decimals: 2 },
  { fromMs: 2 * MINUTE_MS, name: "min", ms: MINUTE_MS, decimals: 1 },
  { fromMs: SECOND_MS, name: "s", ms: SECOND_MS, decimals: 2 },
  { fromMs: 1, name: "ms", ms: 1, decimals: 1 },
];

/** Such as `"1.35 s"` or `"12 ms"`; zeros at the end are left out. */
export function durationText(ms: number): string {
  if (ms === 0) return "0";
  const { name, ms: unitMs, decimals } = UNITS.find(({ fromMs }) => Math.abs(ms) >= fromMs) ?? MICROSECONDS;
  return `${Number((ms / unitMs).toFixed(decimals))} ${name}`;
}

/** The unit for an axis that reaches so far, and how many ms it has: all of its numbers are in one. */
export function unitFor(ms: number): { name: string; ms: number } {
  const { name, ms: unitMs } = UNITS.find(({ fromMs }) => ms >= fromMs) ?? MICROSECONDS;
  return { name, ms: unitMs };
}
