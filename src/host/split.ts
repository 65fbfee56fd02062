/** Cuts a shard that died into pieces, to find the call that kills it and to save the others. */
import { pieceName } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { shardOf } from "./plan.js";

/** Around the suspect call when there is one, else into halves. The shard has at least two calls. */
export function splitShard(shard: Shard, suspect: number | undefined, starts: Float64Array): Shard[] {
  const { first, count } = shard;
  const end = first + count;
  const cuts = suspect === undefined ? [first + Math.ceil(count / 2)] : [suspect, suspect + 1];
  const edges = [first, ...cuts.filter((cut) => cut > first && cut < end), end];
  return edges
    .slice(1)
    .map((edge, i) => shardOf(pieceName(shard.name, i), edges[i] as number, edge - (edges[i] as number), starts));
}
