/** An estimate in some lines, for people. */
import { dollars } from "./cost-text.js";

interface Range {
  expected: number;
  low: number;
  high: number;
}

/** What of an estimate is told: see its fields. */
interface DescribedEstimate {
  calls: number;
  shards: number;
  workers: number;
  callMs: Range;
  measured: number;
  wallMs: Range;
  usd: Range | undefined;
  cost: { toString(): string };
  notes: readonly string[];
}

/** From here on, times are told in seconds, and in minutes, ms. */
const SECONDS_FROM_MS = 1000;
const MINUTES_FROM_MS = 120_000;

export function describeEstimate(estimate: DescribedEstimate): string {
  const { calls, shards, workers, measured, callMs, wallMs, usd, cost, notes } = estimate;
  const from = measured > 0 ? `, as ${measured} measured calls did` : "";
  const range = usd && usd.high > 0 ? ` (${dollars(usd.low)} to ${dollars(usd.high)})` : "";
  const [first = "", ...rest] = String(cost).split("\n");
  return [
    `estimate: ${calls} calls in ${shards} shards on ${workers} workers`,
    `  a call runs ${told(callMs, duration)}${from}`,
    `  the job takes ${told(wallMs, duration)}`,
    `  ${first}${range}`,
    ...rest,
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}

function told({ expected, low, high }: Range, unit: (value: number) => string): string {
  return low === high ? unit(expected) : `about ${unit(expected)} (${unit(low)} to ${unit(high)})`;
}

function duration(ms: number): string {
  if (ms >= MINUTES_FROM_MS) return `${(ms / 60_000).toFixed(1)} min`;
  return ms < SECONDS_FROM_MS ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
