/** What a job costs, from what it used and the prices of its place. */
import type { StoreRequests } from "../stores/counted.js";
import type { BilledPlace } from "../wire/billed.js";
import type { ComputeUsage } from "./bill.js";
import { describeCost } from "./cost-text.js";
import { isRegionKnown, type Prices, pricesOf } from "./prices.js";

/** What was used, or would be. */
export interface Usage {
  /** That of the backend: `"nobody"` bills for workers of this machine; undefined where it is not known who does. */
  billing: BilledPlace | "nobody" | undefined;
  backend: string;
  compute: readonly ComputeUsage[];
  /** All of them, those included of which no time is known. */
  invocations: number;
  /** Time for which workers had a shard, ms. */
  workerMs: number;
  store: { kind: string; region?: unknown; endpoint?: unknown };
  requests: StoreRequests;
  bytes: Cost["bytes"];
}

export interface Cost {
  /** In all, in USD; undefined where nobody knows what workers cost. Taxes, free tiers and discounts are left out. */
  readonly usd: number | undefined;
  /** What it is made of, in USD: workers' time, their invocations, their disks, and requests of the store. */
  readonly parts: {
    readonly compute: number;
    readonly invocations: number;
    readonly disk: number;
    readonly store: number;
  };
  /** Memory of workers by the time for which it is billed, GB × s. */
  readonly gbSeconds: number;
  /** That time, ms. */
  readonly billedMs: number;
  /** How much of it the platform's own log told, ms; the rest is worked out from workers' clocks. */
  readonly toldMs: number;
  readonly invocations: number;
  /** Workers that started for the job, as far as they told, and time that took them together, ms: part of what is billed. */
  readonly starts: number;
  readonly startMs: number;
  /** Requests of the store, of workers and of this host. */
  readonly requests: StoreRequests;
  /** That this host sent to the store, and got from it or with answers. What a cloud asks for data that leaves it is left out. */
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly prices: Prices;
  /** What is not known, or counted otherwise than one would think. */
  readonly notes: readonly string[];
  toString(): string;
}

const MB_PER_GB = 1024;
const MS_PER_HOUR = 3_600_000;
/** MiB of a worker's disk that cost nothing. */
const FREE_DISK_MB = 512;
/** Where nothing is known of a place, the table needs one. */
const ANYWHERE = { region: "", architecture: "arm64" } as const;

export function costOf(usage: Usage, given?: Partial<Prices>): Cost {
  const { compute, invocations, requests, bytes } = usage;
  const place = compute[0]?.place ?? (usage.billing === "nobody" ? undefined : usage.billing);
  const prices = pricesOf(place ?? { ...ANYWHERE, region: regionOf(usage) }, given);
  const isBilled = place !== undefined;
  const seconds = (memoryMb: number, ms: number) => (memoryMb / MB_PER_GB) * (ms / 1000);
  const gbSeconds = sum(compute.map((one) => seconds(one.place.memoryMb, one.billedMs)));
  const billedMs = sum(compute.map((one) => one.billedMs));
  const parts = {
    compute: isBilled
      ? sum(compute.map((one) => seconds(one.place.memoryMb, one.billedMs) * pricesOf(one.place, given).gbSecond))
      : (usage.workerMs / MS_PER_HOUR) * prices.workerHour,
    invocations: isBilled ? invocations * prices.invocation : 0,
    disk: seconds(diskBeyondFree(usage.billing), billedMs) * prices.diskGbSecond,
    store: storeCost(usage, given),
  };
  const isKnown = isBilled || usage.billing === "nobody" || prices.workerHour > 0;
  const cost = {
    usd: isKnown ? sum(Object.values(parts)) : undefined,
    parts,
    gbSeconds,
    billedMs,
    toldMs: sum(compute.map((one) => one.toldMs)),
    invocations: isBilled ? invocations : 0,
    starts: sum(compute.map((one) => one.starts)),
    startMs: sum(compute.map((one) => one.startMs)),
    requests,
    bytes,
    prices,
    notes: notesOf(usage, isKnown, prices),
  };
  // Not among the fields, so that JSON has data only.
  return Object.defineProperty(cost, "toString", { value: () => describeCost(cost) });
}

/** As much of the disk as is billed, MiB. */
function diskBeyondFree(billing: Usage["billing"]): number {
  const diskMb = typeof billing === "object" ? billing.diskMb : undefined;
  return Math.max(0, (diskMb ?? 0) - FREE_DISK_MB);
}

function regionOf({ store }: Usage): string {
  return typeof store.region === "string" ? store.region : "";
}

/** A server other than Amazon's counts as if it were that. */
function storeCost(usage: Usage, given: Partial<Prices> | undefined): number {
  if (usage.store.kind !== "s3") return 0;
  const place = usage.compute[0]?.place ?? (typeof usage.billing === "object" ? usage.billing : ANYWHERE);
  const { storeRead, storeWrite } = pricesOf({ ...place, region: regionOf(usage) || place.region }, given);
  const { reads, writes, lists } = usage.requests;
  return reads * storeRead + (writes + lists) * storeWrite;
}

function notesOf(usage: Usage, isKnown: boolean, { workerHour, asOf }: Prices): string[] {
  const { billing, compute, invocations, backend, store } = usage;
  const place = compute[0]?.place ?? (typeof billing === "object" ? billing : undefined);
  const silent = place ? invocations - sum(compute.map((one) => one.invocations)) : 0;
  const notes: [boolean, string][] = [
    [billing === "nobody" && workerHour === 0, "Workers of this machine cost nothing more."],
    [
      !isKnown,
      `What workers of the backend ${backend} cost is not known. Say so with new Executor({ prices: { workerHour: … } }).`,
    ],
    [silent > 0, `Of ${silent} invocations it is not known how long they ran: they came to no result.`],
    [
      place !== undefined && !isRegionKnown(place.region),
      `There are no prices of ${place?.region} here: those of us-east-1 of ${asOf} stand in.`,
    ],
    [
      store.kind === "azure" || store.kind === "gcs",
      "What requests to that store cost is not known here, and is left out.",
    ],
    [store.kind === "s3" && store.endpoint !== undefined, "The store counts as if it were Amazon's S3."],
  ];
  return notes.filter(([holds]) => holds).map(([, note]) => note);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
