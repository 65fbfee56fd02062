/** The timeline of a job as SVG: a lane for each call that a worker runs at once, a box for each call. */
import { type CallTable, callTable } from "../call-table.js";
import type { ReportData } from "../report-data.js";
import { COLORS, chart, type Plot, type Tick } from "./chart.js";
import { element, group, type Markup, rounded } from "./element.js";
import { numberText, timeAxis } from "./ticks.js";

/** Height of a lane, px: of many, they get thinner, and no more than fit are told by name. */
const MAX_LANE = 18;
const MIN_LANE = 0.5;
const MOST_HEIGHT = 900;
const ROOM_AROUND = 114;
const LEAST_TEXT_HEIGHT = 13;

const US_PER_MS = 1000;

export function timelineSvg(data: ReportData): string {
  const table = callTable(data);
  const lanes = table.lanes.length;
  const laneHeight = Math.max(MIN_LANE, Math.min(MAX_LANE, (MOST_HEIGHT - ROOM_AROUND) / Math.max(1, lanes)));
  const height = Math.ceil(lanes * laneHeight) + ROOM_AROUND;
  const subtitle = `${numberText(table.count)} calls in ${numberText(data.shards.name.length)} shards on ${numberText(data.workers.length)} workers`;
  const y = { label: "worker", from: 0, to: lanes, ticks: workerTicks(data, table, laneHeight) };
  const x = timeAxis("time since map()", Math.max(data.wallMs, table.endMs));
  const title = titleOf("Timeline", data);
  return chart({ title, subtitle, height, x, y, yTicksWidth: 112 }, (plot) => boxes(data, table, plot, laneHeight));
}

/** @param what the plot shows */
export function titleOf(what: string, { jobId, functionName }: ReportData): string {
  return `${what} of ${functionName === "" ? `job ${jobId.slice(0, 8)}` : functionName}`;
}

/** Longest name that fits beside the axis. */
const NAME_LENGTH = 15;

/** In the middle of the worker's lanes, the first of which is at the top. */
function workerTicks({ workers }: ReportData, { lanes }: CallTable, laneHeight: number): Tick[] {
  const ticks: Tick[] = [];
  let free = 0;
  for (let from = 0, to = 0; from < lanes.length; from = to) {
    const worker = lanes[from]?.worker as number;
    while (lanes[to]?.worker === worker) to++;
    const middle = (from + to) / 2;
    if (middle * laneHeight < free) continue;
    free = middle * laneHeight + LEAST_TEXT_HEIGHT;
    ticks.push({ at: lanes.length - middle, text: shortName(workers[worker] as string) });
  }
  return ticks;
}

/** Ends tell names apart. */
function shortName(name: string): string {
  return name.length <= NAME_LENGTH ? name : `…${name.slice(1 - NAME_LENGTH)}`;
}

/** What is around calls in a shard: to fetch, to set up, to store. */
const AROUND = "#cfe0ee";

function boxes(data: ReportData, table: CallTable, plot: Plot, laneHeight: number): Markup[] {
  const ofLane = (failed: number) =>
    table.lanes.map(({ calls }, lane) => {
      const own = calls.filter((place) => table.failed[place] === failed);
      const spans = Array.from(own, (place) => [table.start[place] as number, table.end[place] as number] as const);
      return boxPath(spans, plot, { top: plot.top + lane * laneHeight, height: laneHeight * 0.86 });
    });
  return [
    group({ fill: AROUND }, [element("path", { d: shardBoxes(data, table, plot, laneHeight).join("") })]),
    group({ fill: COLORS.call }, [element("path", { d: ofLane(0).join("") })]),
    group({ fill: COLORS.failed }, [element("path", { d: ofLane(1).join("") })]),
  ];
}

/** Behind all lanes of their worker. */
function shardBoxes({ shards, workers }: ReportData, { lanes }: CallTable, plot: Plot, laneHeight: number): string[] {
  const spans: (readonly [number, number])[][] = workers.map(() => []);
  for (const [i, worker] of shards.worker.entries())
    spans[worker]?.push([(shards.started[i] as number) / US_PER_MS, (shards.stored[i] as number) / US_PER_MS]);
  return lanes.map(({ worker }, lane) => {
    const ordered = (spans[worker] ?? []).sort(([a], [b]) => a - b);
    return boxPath(ordered, plot, { top: plot.top + lane * laneHeight, height: laneHeight * 0.86 });
  });
}

/** Boxes narrower than this lie with their neighbours, px: nobody sees more, and 100,000 of them would be a file that no program opens. */
const LEAST_WIDTH = 2;
const LEAST_GAP = 0.3;

/** In lanes as thin as this, calls are not told apart by gaps that are smaller, px. */
const THIN_LANE = 3;
const GAP_IN_THIN = 1;

/** @param spans by their start, ms */
function boxPath(
  spans: readonly (readonly [number, number])[],
  plot: Plot,
  { top, height }: { top: number; height: number },
): string {
  const path: string[] = [];
  const isThin = height < THIN_LANE;
  let [from, to] = [Number.NaN, Number.NaN];
  const close = () => {
    const right = Math.max(to, from + LEAST_GAP);
    if (from <= to)
      path.push(`M${rounded(from)} ${rounded(top)}H${rounded(right)}v${rounded(height)}H${rounded(from)}z`);
  };
  for (const [start, end] of spans) {
    const [left, right] = [plot.x(start), plot.x(end)];
    const isSame = isThin ? left - to < GAP_IN_THIN : left - to < LEAST_GAP && right - left < LEAST_WIDTH;
    if (isSame) to = Math.max(to, right);
    else {
      close();
      // So that the box is seen apart from the next one.
      [from, to] = [left, right - left > LEAST_WIDTH ? right - LEAST_GAP : right];
    }
  }
  close();
  return path.join("");
}
