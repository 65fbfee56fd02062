/** A call, or a shard, in words: for what is under the pointer, and for the call that is marked. */
import { durationText } from "../../src/view/duration.js";
import type { CallPreview } from "../../src/view/report-data.js";
import { numberText } from "../../src/view/svg/ticks.js";
import { element } from "../dom.js";
import { shardSpan, type TimelineModel } from "./model.js";

const US_PER_MS = 1000;

type Row = [name: string, value: string, kind?: string];

export function describeCall(
  model: TimelineModel,
  place: number,
  previews: ReadonlyMap<number, CallPreview>,
): HTMLElement {
  const { table, data } = model;
  const [start, end] = [table.start[place] as number, table.end[place] as number];
  const shard = table.shard[place] as number;
  const cpu = data.calls.cpu[place];
  const tries = table.tries[place] as number;
  const index = table.index[place] as number;
  return rowsOf([
    ["call", `${numberText(index)}${table.failed[place] ? ", failed" : ""}`, table.failed[place] ? "bad" : ""],
    ["ran", `${durationText(end - start)}, from ${durationText(start)} to ${durationText(end)}`],
    ...(typeof cpu === "number" ? [["CPU", durationText(cpu / US_PER_MS)] as Row] : []),
    ...(tries > 1 ? [["tries", String(tries)] as Row] : []),
    ["shard", `${data.shards.name[shard]} on ${data.workers[data.shards.worker[shard] as number]}`],
    ...previewRows(previews.get(index)),
  ]);
}

function previewRows(preview: CallPreview | undefined): Row[] {
  if (!preview) return [["", "Input and value are shown of some calls only."]];
  const { input, value, error, output } = preview;
  const texts: [string, string | undefined, string][] = [
    ["input", input, "text"],
    ["value", value, "text"],
    ["error", error, "text bad"],
    ["output", output, "text"],
  ];
  return texts.flatMap(([name, text, kind]) => (text === undefined ? [] : [[name, text, kind] as Row]));
}

export function describeShard(model: TimelineModel, shard: number): HTMLElement {
  const { shards, workers } = model.data;
  const [from, to] = shardSpan(model, shard);
  const setup = shards.setup[shard] as number;
  return rowsOf([
    ["shard", `${shards.name[shard]} on ${workers[shards.worker[shard] as number]}`],
    [
      "calls",
      `${numberText(shards.calls[shard] as number)}, from call ${numberText(shards.first[shard] as number)} on`,
    ],
    ["took", `${durationText(to - from)}, from ${durationText(from)} to ${durationText(to)}`],
    ["fetch", durationText((shards.fetch[shard] as number) / US_PER_MS)],
    ...(setup > 0 ? [["setup", durationText(setup / US_PER_MS)] as Row] : []),
  ]);
}

function rowsOf(rows: Row[]): HTMLElement {
  const list = element("dl", { class: "call" });
  for (const [name, value, kind = ""] of rows)
    list.append(element("dt", {}, name), element("dd", { class: kind }, value));
  return list;
}
