/** What the timeline draws, and what is found under the pointer. */
import { byStart, type CallTable, callTable } from "../../src/view/call-table.js";
import type { ReportData } from "../../src/view/report-data.js";

export interface TimelineModel {
  data: ReportData;
  table: CallTable;
  /** Of each worker: its shards by their start. */
  shardsOf: Int32Array[];
  /** Of each call. */
  laneOf: Int32Array;
  /** Places of all calls, by their start. */
  order: Int32Array;
  untilMs: number;
}

const US_PER_MS = 1000;

export function timelineModel(data: ReportData): TimelineModel {
  const table = callTable(data);
  const shardsOf = data.workers.map(() => [] as number[]);
  for (const [shard, worker] of data.shards.worker.entries()) shardsOf[worker]?.push(shard);
  const laneOf = new Int32Array(table.count);
  for (const [lane, { calls }] of table.lanes.entries()) for (const place of calls) laneOf[place] = lane;
  const started = (shard: number) => data.shards.started[shard] as number;
  return {
    data,
    table,
    shardsOf: shardsOf.map((shards) => Int32Array.from(shards.sort((a, b) => started(a) - started(b)))),
    laneOf,
    order: byStart(table),
    untilMs: Math.max(data.wallMs, table.endMs),
  };
}

export function shardSpan({ data: { shards } }: TimelineModel, shard: number): [number, number] {
  return [(shards.started[shard] as number) / US_PER_MS, (shards.stored[shard] as number) / US_PER_MS];
}

/** Place in the lane of the first call that ends after the moment. */
export function firstAfter({ table: { end, lanes } }: TimelineModel, lane: number, ms: number): number {
  const calls = lanes[lane]?.calls ?? new Int32Array(0);
  let [low, high] = [0, calls.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((end[calls[middle] as number] as number) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The call of the lane at the moment, or the nearest one not further off than `slackMs`; undefined where there is none. */
export function callAt(model: TimelineModel, lane: number, ms: number, slackMs: number): number | undefined {
  const { table } = model;
  const calls = table.lanes[lane]?.calls;
  if (!calls) return undefined;
  const at = firstAfter(model, lane, ms);
  const near = [calls[at], calls[at - 1]].filter((place) => place !== undefined);
  const off = (place: number) => Math.max(0, (table.start[place] as number) - ms, ms - (table.end[place] as number));
  const [best] = near.sort((a, b) => off(a) - off(b));
  return best !== undefined && off(best) <= slackMs ? best : undefined;
}

export function shardAt(model: TimelineModel, lane: number, ms: number): number | undefined {
  const worker = model.table.lanes[lane]?.worker;
  if (worker === undefined) return undefined;
  return model.shardsOf[worker]?.find((shard) => {
    const [from, to] = shardSpan(model, shard);
    return ms >= from && ms <= to;
  });
}
