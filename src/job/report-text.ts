/** A report in some lines, for people. */
import type { Percentiles } from "./percentiles.js";
import { type PlaceShare, placesTold } from "./place-shares.js";
import { crowding, type ReportedNumbers } from "./report-facts.js";
import type { CallTimes, ReportTotals } from "./shard-times.js";

/** What of a report is told: see its fields. */
interface DescribedReport extends ReportedNumbers {
  jobId: string;
  tries: number;
  failures: Readonly<Record<string, number>>;
  cpuTimes: Percentiles | undefined;
  cost: NonNullable<ReportedNumbers["cost"]>;
  places: readonly PlaceShare[];
  stragglers: readonly Pick<CallTimes, "index" | "runMs">[];
}

/** The longest ones tell what is wrong; all of them are in `report.stragglers`. */
const STRAGGLERS_SHOWN = 3;

/** From here on, times are told in seconds, ms. */
const SECONDS_FROM_MS = 10_000;

export function describeReport(report: DescribedReport): string {
  const { jobId, calls, shards, workers } = report;
  return [
    `job ${jobId}: ${count(calls, "call")} in ${count(shards, "shard")} on ${count(workers, "worker")}${rarities(report)}`,
    `  wall ${ms(report.wallMs)}, sequential ${ms(report.sequentialMs)}, speed-up ${report.speedUp.toFixed(2)}x, efficiency ${percent(report.efficiency)}`,
    ...crowding(report).map((sentence) => `  ${sentence}`),
    ...perCall(report),
    `  waited ${ms(report.queueMs)} for its first worker; summed over shards: ${summed(report.totals)}`,
    ...(report.cost.usd === 0 ? [] : [`  ${report.cost}`]),
    ...placesTold(report.places).map((sentence) => `  ${sentence}`),
    ...failures(report),
    ...stragglers(report),
  ].join("\n");
}

function rarities({ copies: { started, won }, retried, calls, tries, cacheHits }: DescribedReport): string {
  const found = cacheHits > 0 ? `, ${count(cacheHits, "call")} from the cache` : "";
  const again = retried > 0 ? `, ${retried} tried again (${count(tries - calls, "more try", "more tries")})` : "";
  const copied = started > 0 ? `, ${count(started, "shard")} copied (${won} first)` : "";
  return found + again + copied;
}

function perCall({ runTimes, cpuTimes }: DescribedReport): string[] {
  if (!runTimes) return [];
  const { p50, p90, p99, max } = runTimes;
  const cpu = cpuTimes ? `; CPU p50 ${ms(cpuTimes.p50)}, max ${ms(cpuTimes.max)}` : "";
  return [`  a call ran p50 ${ms(p50)}, p90 ${ms(p90)}, p99 ${ms(p99)}, max ${ms(max)}${cpu}`];
}

function summed(totals: ReportTotals): string {
  const names = (Object.keys(totals) as (keyof ReportTotals)[]).filter(
    (name) => name !== "setupMs" || totals[name] > 0,
  );
  return names.map((name) => `${name === "cpuMs" ? "CPU" : name.slice(0, -2)} ${ms(totals[name])}`).join(", ");
}

function failures({ failed, failures }: DescribedReport): string[] {
  const kinds = Object.entries(failures).map(([code, many]) => `${many} ${code}`);
  return failed > 0 ? [`  ${count(failed, "call")} failed: ${kinds.join(", ")}`] : [];
}

function stragglers({ stragglers }: DescribedReport): string[] {
  if (stragglers.length === 0) return [];
  const shown = stragglers.slice(0, STRAGGLERS_SHOWN).map(({ index, runMs }) => `call ${index} ${ms(runMs)}`);
  const more = stragglers.length > shown.length ? ", …" : "";
  return [`  ${count(stragglers.length, "straggler")}: ${shown.join(", ")}${more}`];
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

export function ms(value: number): string {
  return value < SECONDS_FROM_MS ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(1)} s`;
}
