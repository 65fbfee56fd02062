/** By its beats a worker whose answer nobody hears shows that it runs its shard: an object that grows. */
import type { Store } from "../stores/store.js";
import { SECOND_MS } from "../util/time.js";
import { beatKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";

/** Whose beats they are. */
export type Beating = Pick<ShardRequest, "jobId" | "attemptId"> & { shardName: string };

/**
 * The object's size says how many seconds the shard has run, so that one list shows the beats of all shards, and no object
 * has to be read. Never rejects.
 */
export async function beat(store: Store, { jobId, shardName, attemptId }: Beating, ranMs: number): Promise<void> {
  try {
    await store.put(beatKey(jobId, shardName, attemptId), new Uint8Array(1 + Math.floor(ranMs / SECOND_MS)));
  } catch {
    // The next one may be seen.
  }
}
