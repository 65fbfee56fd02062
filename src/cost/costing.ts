/** The cost of a job, from its report and from what that does not know by itself. */
import type { StoreRequests } from "../stores/counted.js";
import { type Cost, costOf, type Usage } from "./cost.js";
import type { Prices } from "./prices.js";

export interface Costing {
  usage: Omit<Usage, "workerMs" | "requests" | "bytes">;
  /** To the store, by this host. */
  bytesSent: number;
  /** Given by the user. */
  prices: Partial<Prices> | undefined;
}

/** Of a report. */
interface Reported {
  workerMs: number;
  requests: { workers: StoreRequests; host: StoreRequests; hostBytes: number };
}

const OF_THIS_MACHINE: Costing = {
  usage: { billing: "nobody", backend: "local", compute: [], invocations: 0, store: { kind: "file" } },
  bytesSent: 0,
  prices: undefined,
};

export function costOfJob({ workerMs, requests }: Reported, { usage, bytesSent, prices } = OF_THIS_MACHINE): Cost {
  const { workers, host, hostBytes } = requests;
  const all = {
    reads: workers.reads + host.reads,
    writes: workers.writes + host.writes,
    lists: workers.lists + host.lists,
  };
  return costOf({ ...usage, workerMs, requests: all, bytes: { sent: bytesSent, received: hostBytes } }, prices);
}
