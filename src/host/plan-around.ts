/** Cuts a run of calls into shards where some have kept results: these are in shards of their own, and of the others as many are planned as if they were all. */
import type { EncodedInputs } from "../wire/inputs.js";
import { shardName } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import type { FoundSizes } from "./cached-calls.js";
import { type Begun, shardOf } from "./plan.js";

/** The host makes a result object of each shard of kept results: it takes as much memory, bytes; and calls, of which each has a row. */
const MAX_FOUND_BYTES = 8 * 1024 * 1024;
const MAX_FOUND_CALLS = 65_536;

export interface CutShard {
  shard: Shard;
  /** Whether all its calls have kept results; else none has. */
  isFound: boolean;
}

/** @param plan cuts the calls that have to run, as if there were no others */
export function planAround(
  encoded: EncodedInputs,
  sizes: FoundSizes,
  begun: Begun,
  plan: (inputs: EncodedInputs) => readonly Pick<Shard, "count">[],
): CutShard[] {
  const planned = plan(withoutFound(encoded, sizes)).map(({ count }) => count);
  const places = { first: begun.calls, starts: encoded.starts };
  const cut: CutShard[] = [];
  let room = planned.shift() ?? 0;
  for (let start = 0; start < encoded.count; ) {
    const isFound = sizes[start] !== undefined;
    const count = isFound ? foundFrom(sizes, start) : missingFrom(sizes, start, room);
    const name = shardName(begun.shards + cut.length);
    cut.push({ shard: shardOf(name, begun.calls + start, count, places), isFound });
    start += count;
    if (isFound) continue;
    room -= count;
    if (room === 0) room = planned.shift() ?? 0;
  }
  return cut;
}

function withoutFound({ starts }: EncodedInputs, sizes: FoundSizes): EncodedInputs {
  const missing = [0];
  sizes.forEach((size, i) => {
    const bytes = (starts[i + 1] as number) - (starts[i] as number);
    if (size === undefined) missing.push((missing.at(-1) as number) + bytes);
  });
  return { pieces: [], count: missing.length - 1, starts: Float64Array.from(missing) };
}

/** How many calls from there on make a shard. */
function foundFrom(sizes: FoundSizes, start: number): number {
  let bytes = 0;
  let end = start;
  for (let size = sizes[end]; size !== undefined && end - start < MAX_FOUND_CALLS; size = sizes[end]) {
    bytes += size;
    if (bytes > MAX_FOUND_BYTES && end > start) break;
    end++;
  }
  return end - start;
}

/** The same, of so many at most. */
function missingFrom(sizes: FoundSizes, start: number, room: number): number {
  let end = start + 1;
  while (end < sizes.length && end - start < room && sizes[end] === undefined) end++;
  return end - start;
}
