import process from "node:process";

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Longest delay of a Node timer, ms: one set for longer runs at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Unix time in ms, with fractions. It follows no change of the machine's clock after the process has started. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Taken at load: on a worker, the user's function may replace it. */
const { hrtime } = process;

/** Time in ms since a moment that all threads of this process share. No change of the machine's clock changes it. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
