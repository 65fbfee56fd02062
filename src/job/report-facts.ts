/** The numbers of a report that people ask for first, each with what it means. */
import { durationText } from "../view/duration.js";
import type { Fact } from "../view/report-data.js";
import type { Percentiles } from "./percentiles.js";
import type { ReportTotals } from "./shard-times.js";

/** What of a report is told: see its fields. */
export interface ReportedNumbers {
  calls: number;
  shards: number;
  workers: number;
  workersAtOnce: number;
  sharedCores: number | undefined;
  retried: number;
  cacheHits: number;
  failed: number;
  copies: { started: number; won: number };
  wallMs: number;
  queueMs: number;
  sequentialMs: number;
  speedUp: number;
  efficiency: number;
  totals: ReportTotals;
  runTimes: Percentiles | undefined;
  /** What the job costs, in USD, undefined where that is not known; as text, what it is made of. Absent where nobody reckons it. */
  cost?: { readonly usd: number | undefined; toString(): string } | undefined;
}

export function factsOf(report: ReportedNumbers): Fact[] {
  return [...gains(report), ...sizes(report), ...times(report), ...costs(report), ...rarities(report)];
}

function gains({ wallMs, sequentialMs, speedUp, efficiency }: ReportedNumbers): Fact[] {
  return [
    { label: "wall time", value: durationText(wallMs), hint: "From map() to the last result known." },
    {
      label: "speed-up",
      value: `${speedUp.toFixed(2)}x`,
      hint: "How many times as fast as one worker with a core of its own would have been.",
    },
    { label: "efficiency", value: `${Math.round(efficiency * 100)}%`, hint: "Speed-up over workers at once." },
    {
      label: "work",
      value: durationText(sequentialMs),
      hint: "What one worker would have needed for the calls, one after the other.",
    },
  ];
}

function sizes({ calls, shards, workers, workersAtOnce }: ReportedNumbers): Fact[] {
  return [
    { label: "calls", value: count(calls), hint: "Calls whose worker has reported." },
    { label: "shards", value: count(shards), hint: "Runs of calls that a worker took at once." },
    { label: "workers", value: count(workers), hint: `Most of them at the same time: ${workersAtOnce}.` },
  ];
}

function times({ runTimes, totals, queueMs }: ReportedNumbers): Fact[] {
  const first = { label: "first start", value: durationText(queueMs), hint: "From map() until a worker began." };
  if (!runTimes) return [first];
  const { p50, p90, p99, max } = runTimes;
  return [
    first,
    { label: "median call", value: durationText(p50), hint: `Of ten calls, nine took up to ${durationText(p90)}.` },
    { label: "slowest 1%", value: durationText(p99), hint: `The longest call took ${durationText(max)}.` },
    { label: "CPU time", value: durationText(totals.cpuMs), hint: "Of all calls together." },
  ];
}

/** Digits of a sum of money: jobs cost from millionths of a dollar on. */
const MONEY_DIGITS = 3;

/** Of what costs nothing, as on this machine, there is nothing to tell. */
function costs({ cost }: ReportedNumbers): Fact[] {
  if (!cost || cost.usd === 0) return [];
  const value = cost.usd === undefined ? "not known" : `$${Number(cost.usd.toPrecision(MONEY_DIGITS))}`;
  return [{ label: "cost", value, hint: String(cost) }];
}

/** What is most often not there. */
function rarities({ failed, retried, cacheHits, copies }: ReportedNumbers): Fact[] {
  const all = [
    { count: failed, label: "failed", hint: "Calls that gave no value." },
    { count: retried, label: "tried again", hint: "Calls that were tried more than once." },
    { count: cacheHits, label: "from the cache", hint: "Calls that did not run; they are in no other number." },
    {
      count: copies.started,
      label: "copies",
      hint: `Shards that lagged and were copied; ${copies.won} copies were first.`,
    },
  ];
  return all.flatMap(({ count: many, label, hint }) => (many > 0 ? [{ label, value: count(many), hint }] : []));
}

/** A sentence where workers outnumber the cores. */
export function crowding({
  workersAtOnce,
  sharedCores,
}: Pick<ReportedNumbers, "workersAtOnce" | "sharedCores">): string[] {
  if (sharedCores === undefined || workersAtOnce <= sharedCores) return [];
  const cores = sharedCores === 1 ? "1 core" : `${sharedCores} cores`;
  return [
    `${workersAtOnce} workers shared ${cores}: work that computes gets at most ${sharedCores}x as fast by them, whatever their number`,
  ];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
