/** A backend without workers, for tests of who gets a shard. */
import type { Backend, BackendLimits } from "../../src/backends/backend.js";

export interface StandIn extends Partial<Omit<Backend, "limits">> {
  limits?: Partial<BackendLimits>;
}

/** Of two workers on this machine, unless something else is said; it takes shards and never answers. */
export function standIn(name: string, { limits, ...fields }: StandIn = {}): Backend {
  return {
    name,
    reach: "machine",
    maxShardMs: Infinity,
    limits: { concurrency: 2, shardsPerWorker: 8, ...limits },
    warm: () => {},
    invoke: () => new Promise<never>(() => {}),
    close: async () => {},
    ...fields,
  };
}
