/**
 * How much work a job was: the time that one worker would have needed for its calls, one after the other, with a core of its own.
 *
 * Run times of calls add up to that where each had a core, and a thread, of its own. Where they had not, a call's run time counts
 * time in which others ran, too, and that is taken off. What is left is CPU time for what computes, and waiting for what waits
 * (timers, requests, files), which takes as long with any number of workers. Linux tells how long a thread has waited for a core.
 * Where nobody does, a worker that neither computes nor waits in its event loop counts as waiting for a core, up to the longest
 * that this can have been; the rest, such as reads of files, is work.
 */
import { timeCovered } from "./at-once.js";
import type { ShardTimes, TimesSummary } from "./shard-times.js";

/** Of a call, ms. `startMs` is on any clock that its shard's calls share. */
interface TimedCall {
  startMs: number;
  runMs: number;
}

/** What a shard's calls took of their worker together, ms. */
export interface Taken {
  cpuMs: number;
  /** Time in which its event loop waited. */
  idleMs: number;
  /** Time in which it could have run, but had no core; undefined where the system does not tell. */
  coreWaitMs: number | undefined;
}

/** What of the run times of a shard's calls is no work, or may be none. */
export function lostTimes(
  calls: readonly TimedCall[],
  { cpuMs, idleMs, coreWaitMs }: Taken,
  runsAtOnce: boolean,
): Pick<ShardTimes, "queuedMs" | "coreWaitMs" | "blockedMs"> {
  const runMs = sum(calls, (call) => call.runMs);
  const busyMs = runsAtOnce ? timeCovered(calls.map(intervalOf)) : runMs;
  const threadMs = Math.max(0, busyMs - idleMs);
  const isWaitTold = coreWaitMs !== undefined;
  return {
    queuedMs: queuedMs(runMs, busyMs, threadMs),
    // The looks at the clocks are not all of one moment; what was computed was no waiting.
    coreWaitMs: isWaitTold ? Math.min(Math.max(0, busyMs - cpuMs), coreWaitMs) : 0,
    blockedMs: isWaitTold ? 0 : Math.max(0, threadMs - cpuMs),
  };
}

function intervalOf({ startMs, runMs }: TimedCall): { from: number; to: number } {
  return { from: startMs, to: startMs + runMs };
}

/**
 * Time for which calls that ran at once waited for their thread. With n of them, a call finds each of the others there with the
 * probability that the thread is busy: R = S / (1 - busy × (n - 1) / n), of which S is its own. (Mean value analysis of a closed
 * queue, in the approximation of Schweitzer, 1979.) It is exact for calls that only compute, and for those that only wait.
 */
function queuedMs(runMs: number, busyMs: number, threadMs: number): number {
  if (runMs <= busyMs || busyMs === 0) return 0;
  const atOnce = runMs / busyMs;
  const others = ((threadMs / busyMs) * (atOnce - 1)) / atOnce;
  return (threadMs * others) / (1 - others);
}

/** The job's work, ms. */
export function workOf({ totals, queuedMs, coreWaitMs, blockedMs, atOnce, sharedCores }: TimesSummary): number {
  const guessedMs = Math.min(blockedMs, longestWaitMs(totals.cpuMs, atOnce, sharedCores));
  return Math.max(0, totals.runMs - queuedMs - coreWaitMs - guessedMs);
}

/**
 * Longest time for which workers can have waited for each other's cores: somebody waits only while all cores compute, so for each
 * ms of CPU time on one of `cores` at most `atOnce - cores` others wait, divided among the cores.
 */
function longestWaitMs(cpuMs: number, atOnce: number, cores = Number.POSITIVE_INFINITY): number {
  return cores < atOnce ? (cpuMs * (atOnce - cores)) / cores : 0;
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((added, item) => added + amount(item), 0);
}
