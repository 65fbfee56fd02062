/** The cost of a job, from its report and from what that does not know by itself. */
import type { StoreRequests } from "../stores/counted.js";
import { type Cost, costOf, type Usage } from "./cost.js";
import type { Prices } from "./prices.js";
import { costTogether } from "./together.js";

/** What was used of a place. */
export type PlaceUsage = Pick<Usage, "billing" | "backend" | "compute" | "invocations">;

export interface Costing {
  /** One at least. */
  places: readonly PlaceUsage[];
  store: Usage["store"];
  /** To the store, by this host. */
  bytesSent: number;
  /** Given by the user. */
  prices: Partial<Prices> | undefined;
}

/** Of a report. */
interface Reported {
  requests: { workers: StoreRequests; host: StoreRequests; hostBytes: number };
  /** Time for which workers had a shard, ms, by the names of places. */
  workerMs: ReadonlyMap<string, number>;
}

/** By place; requests of the store are with one of them only. */
export interface JobCosts {
  all: Cost;
  byPlace: ReadonlyMap<string, Cost>;
}

const OF_THIS_MACHINE: Costing = {
  places: [{ billing: "nobody", backend: "local", compute: [], invocations: 0 }],
  store: { kind: "file" },
  bytesSent: 0,
  prices: undefined,
};

const NOTHING = { requests: { reads: 0, writes: 0, lists: 0 }, bytes: { sent: 0, received: 0 } };

export function costsOfJob({ workerMs, requests }: Reported, costing = OF_THIS_MACHINE): JobCosts {
  const { places, store, bytesSent, prices } = costing;
  const { workers, host, hostBytes } = requests;
  const ofStore = {
    requests: {
      reads: workers.reads + host.reads,
      writes: workers.writes + host.writes,
      lists: workers.lists + host.lists,
    },
    bytes: { sent: bytesSent, received: hostBytes },
  };
  // Where a place bills, its region stands in for that of a store that names none.
  const used = places.filter(({ invocations }) => invocations > 0);
  const payer = used.find(({ billing }) => typeof billing === "object") ?? used[0] ?? places[0];
  const costs = places.map((place) => {
    const usage = { ...place, store, workerMs: workerMs.get(place.backend) ?? 0 };
    return costOf({ ...usage, ...(place === payer ? ofStore : NOTHING) }, prices);
  });
  const counted = costs.filter((_, i) => places[i] === payer || used.includes(places[i] as PlaceUsage));
  return { all: costTogether(counted), byPlace: new Map(places.map(({ backend }, i) => [backend, costs[i] as Cost])) };
}
