/** Calls laid out for drawing: when each ran, and in which lane of its worker. */
import type { Timings } from "./report-data.js";

/** One row of the timeline: calls of one worker that ran one after the other. */
export interface Lane {
  /** Index in `workers`. */
  worker: number;
  /** Places of its calls, by their start. */
  calls: Int32Array;
}

/** Arrays have an entry for each call, by its place in the columns. */
export interface CallTable {
  count: number;
  /** Index of the call in its job. */
  index: Int32Array;
  shard: Int32Array;
  /** ms after the `map()`. */
  start: Float64Array;
  end: Float64Array;
  /** 1 for each that gave no value. */
  failed: Uint8Array;
  tries: Uint32Array;
  /** Worker after worker, in the order in which they began. */
  lanes: Lane[];
  /** Moment of the last end, ms. */
  endMs: number;
}

const US_PER_MS = 1000;

export function callTable({ workers, shards, calls }: Timings): CallTable {
  const count = calls.run.length;
  const table = {
    count,
    index: new Int32Array(count),
    shard: new Int32Array(count),
    start: new Float64Array(count),
    end: new Float64Array(count),
    failed: new Uint8Array(count),
    tries: new Uint32Array(count).fill(1),
    endMs: 0,
  };
  let place = 0;
  for (const [shard, many] of shards.calls.entries()) {
    for (let i = 0; i < many; i++, place++) {
      const start = ((shards.started[shard] as number) + (calls.start[place] as number)) / US_PER_MS;
      table.index[place] = (shards.first[shard] as number) + i;
      table.shard[place] = shard;
      table.start[place] = start;
      table.end[place] = start + (calls.run[place] as number) / US_PER_MS;
      table.endMs = Math.max(table.endMs, table.end[place] as number);
    }
  }
  for (const failed of calls.failed) table.failed[failed] = 1;
  for (let i = 0; i < calls.tries.length; i += 2) table.tries[calls.tries[i] as number] = calls.tries[i + 1] as number;
  return { ...table, lanes: lanesOf(table, shards.worker, workers.length) };
}

type Laid = Omit<CallTable, "lanes">;

/** Places of all calls. */
export function byStart({ count, start }: Pick<CallTable, "count" | "start">): Int32Array {
  return Int32Array.from({ length: count }, (_, place) => place).sort(
    (a, b) => (start[a] as number) - (start[b] as number),
  );
}

function lanesOf(table: Laid, workerOfShard: readonly number[], workers: number): Lane[] {
  const { start, end, shard } = table;
  const open: { ends: number; calls: number[] }[][] = Array.from({ length: workers }, () => []);
  const seen = new Set<number>();
  for (const place of byStart(table)) {
    const worker = workerOfShard[shard[place] as number] as number;
    seen.add(worker);
    const lanes = open[worker] as { ends: number; calls: number[] }[];
    let lane = lanes.find(({ ends }) => ends <= (start[place] as number) + CLOCK_NOISE_MS);
    if (!lane) {
      lane = { ends: 0, calls: [] };
      lanes.push(lane);
    }
    lane.ends = end[place] as number;
    lane.calls.push(place);
  }
  return [...seen].flatMap((worker) =>
    (open[worker] ?? []).map(({ calls }) => ({ worker, calls: Int32Array.from(calls) })),
  );
}

/** Starts and ends are rounded; calls that overlap by less ran one after the other, ms. */
const CLOCK_NOISE_MS = 0.05;
