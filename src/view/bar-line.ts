/** One job's progress as a line. */
import stringWidth from "string-width";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";

export interface BarState {
  /** Name of the job, where there are several. */
  name: string;
  total: number;
  done: number;
  failed: number;
  /** How many of the failed ones were cancelled: those were not done, and did not fail by themselves. */
  cancelled: number;
  /** Since the job began, ms. */
  elapsedMs: number;
}

/** Columns of the bar itself. */
const MAX_BAR = 40;
const MIN_BAR = 5;

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

/**
 * Not wider than `width`: in a narrow terminal, the bar is shorter, then the times go, then the bar, and then the name.
 *
 * @param withColor whether failures are red
 */
export function barLine(state: BarState, width: number, withColor: boolean): string {
  const { name } = state;
  const [share, counts] = [shareOf(state), countsOf(state)];
  const [title, times] = [name === "" ? "" : `${name} `, ` | ${timesOf(state)}`];
  const fitting = [
    { before: title, bars: true, after: `${counts}${times}` },
    { before: title, bars: true, after: counts },
    { before: title, bars: false, after: counts },
    { before: "", bars: false, after: counts },
  ].find(({ before, bars, after }) => stringWidth(before + after) + (bars ? MIN_BAR + 1 : 0) <= width);
  if (!fitting) return counts.slice(0, Math.max(0, width));
  const { before, bars, after } = fitting;
  const bar = bars ? `${barOf(share, Math.min(MAX_BAR, width - stringWidth(before + after) - 1))} ` : "";
  const line = `${before}${bar}${after}`;
  return withColor && failedOf(state) > 0 ? line.replace(/\d+ failed/, red) : line;
}

type Counts = Omit<BarState, "name" | "elapsedMs">;

/** Part of the calls that were done, from 0 to 1. */
export function shareOf({ total, done, cancelled }: Counts): number {
  return total > 0 ? (done - cancelled) / total : 1;
}

/** Calls that failed by themselves. */
export function failedOf({ failed, cancelled }: Counts): number {
  return failed - cancelled;
}

/** Such as `50% | 2/4 calls | 0 failed`, and ` | 2 cancelled` where some were. */
export function countsOf(state: Counts): string {
  const { total, done, cancelled } = state;
  const counts = `${Math.floor(shareOf(state) * 100)}% | ${done - cancelled}/${total} calls | ${failedOf(state)} failed`;
  return cancelled > 0 ? `${counts} | ${cancelled} cancelled` : counts;
}

function barOf(share: number, width: number): string {
  const full = Math.floor(share * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

/** How long it takes, and how much longer it will if it goes on as so far: `3s, 2s left`. */
export function timesOf({ total, done, elapsedMs }: Pick<BarState, "total" | "done" | "elapsedMs">): string {
  if (done >= total) return duration(elapsedMs);
  return `${duration(elapsedMs)}, ${done > 0 ? duration((elapsedMs / done) * (total - done)) : "?"} left`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  const perMinute = MINUTE_MS / SECOND_MS;
  const [minutes, rest] = [Math.floor(seconds / perMinute), seconds % perMinute];
  return minutes > 0 ? `${minutes}m${String(rest).padStart(2, "0")}s` : `${rest}s`;
}
