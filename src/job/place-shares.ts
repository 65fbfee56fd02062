/** What of a job ran at which place. */
import type { Cost } from "../cost/cost.js";
import { dollars } from "../cost/cost-text.js";

/** Of a place's shards, as they are summed up. */
export interface PlaceSummary {
  shards: number;
  calls: number;
  workers: ReadonlySet<string>;
  /** Time for which its workers had a shard, ms. */
  workerMs: number;
}

/** By the names of places; "" for those that another host knows. */
export type PlaceSummaries = ReadonlyMap<string, PlaceSummary>;

/** A place's part of a job. */
export interface PlaceShare {
  /** That of its backend, with a number behind it where several have that name; `"elsewhere"` for shards that another process handed out. */
  readonly name: string;
  readonly shards: number;
  readonly calls: number;
  /** Workers that ran at least one shard. */
  readonly workers: number;
  /** Time for which they had a shard, ms, added up. */
  readonly workerMs: number;
  /** What it bills, in USD, without requests of the store; undefined where nobody knows that. */
  readonly usd: number | undefined;
  /** Why it got no shards for a while; undefined where it was not left out. */
  readonly leftOut: string | undefined;
}

interface SummedShard {
  place: string | undefined;
  worker: string;
  runMs: { readonly length: number };
  startedAt: number;
  storedAt: number;
}

const NOTHING: PlaceSummary = { shards: 0, calls: 0, workers: new Set(), workerMs: 0 };

export function summaryByPlace(shards: readonly SummedShard[]): PlaceSummaries {
  const summaries = new Map<string, PlaceSummary & { workers: Set<string> }>();
  for (const { place = "", worker, runMs, startedAt, storedAt } of shards) {
    const one = summaries.get(place) ?? { ...NOTHING, workers: new Set() };
    one.shards++;
    one.calls += runMs.length;
    one.workers.add(worker);
    one.workerMs += storedAt - startedAt;
    summaries.set(place, one);
  }
  return summaries;
}

export function placesTogether(a: PlaceSummaries, b: PlaceSummaries): PlaceSummaries {
  const all = new Map(a);
  for (const [name, { shards, calls, workers, workerMs }] of b) {
    const one = all.get(name) ?? NOTHING;
    all.set(name, {
      shards: one.shards + shards,
      calls: one.calls + calls,
      workers: new Set([...one.workers, ...workers]),
      workerMs: one.workerMs + workerMs,
    });
  }
  return all;
}

export const ELSEWHERE = "elsewhere";

/** @param leftOut places that got no shards for a while, and why */
export function sharesOf(
  summaries: PlaceSummaries,
  costs: ReadonlyMap<string, Pick<Cost, "usd" | "parts">>,
  leftOut: readonly { name: string; why: string }[],
): PlaceShare[] {
  const names = new Set([...costs.keys(), ...Array.from(summaries.keys(), (name) => name || ELSEWHERE)]);
  return [...names].map((name) => {
    const { workers, ...summary } = summaries.get(name === ELSEWHERE ? "" : name) ?? NOTHING;
    const { usd, parts } = costs.get(name) ?? {};
    return {
      name,
      ...summary,
      workers: workers.size,
      usd: usd === undefined ? undefined : usd - (parts?.store ?? 0),
      leftOut: leftOut.find((one) => one.name === name)?.why,
    };
  });
}

/** In sentences, where there are several. */
export function placesTold(places: readonly PlaceShare[]): string[] {
  if (places.length < 2) return [];
  const many = (number: number, one: string) => `${number} ${one}${number === 1 ? "" : "s"}`;
  const parts = places.map(({ name, calls, shards, workers, usd }) => {
    const billed = usd ? `, ${dollars(usd)}` : "";
    return `${name} ${many(calls, "call")} in ${many(shards, "shard")} on ${many(workers, "worker")}${billed}`;
  });
  const out = places.flatMap(({ name, leftOut }) => (leftOut ? [`${name} was left out: ${leftOut}`] : []));
  return [`ran at ${parts.join("; ")}`, ...out];
}
