/** Cuts a shard that died into pieces, to find the call that kills it and to save the others. */
import { pieceName } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { shardOf } from "./plan.js";
import type { Places } from "./segment-inputs.js";

/**
 * Around the suspect call when there is one, else into halves. What follows a suspect is halved, too, since a function
 * that kills its worker once may do it again. The shard has at least two calls.
 */
export function splitShard({ name, first, count }: Shard, suspect: number | undefined, places: Places): Shard[] {
  const end = first + count;
  const cuts = suspect === undefined ? [middle(first, end)] : [suspect, suspect + 1, middle(suspect + 1, end)];
  const edges = [first, ...new Set(cuts.filter((cut) => cut > first && cut < end)), end];
  return edges.slice(1).map((edge, i) => {
    const from = edges[i] as number;
    return shardOf(pieceName(name, from, edge - from), from, edge - from, places);
  });
}

function middle(first: number, end: number): number {
  return first + Math.ceil((end - first) / 2);
}
