/** Some calls of a job, each with what it was given, what it wrote, and what it gave or threw: of each a short text. */
import type { CallOutcomes } from "../job/outcomes.js";
import type { ShardTimes } from "../job/shard-times.js";
import type { CallPreview } from "../view/report-data.js";
import { bareMessage, failuresOf } from "./failure-kinds.js";
import type { InputPreviews } from "./input-previews.js";
import { cut, PREVIEW_LENGTH, previewText } from "./preview-text.js";

/** How many calls are told of: some of the failed ones first, then some of the longest, then those of the lowest index. */
export interface PreviewLimits {
  calls: number;
  failed: number;
  longest: number;
}

/** A page of them must stay small, and each may take a read of the store. */
export const MOST_PREVIEWS: PreviewLimits = { calls: 500, failed: 200, longest: 100 };

/** For a page that asks again each second. */
export const FEW_PREVIEWS: PreviewLimits = { calls: 60, failed: 40, longest: 20 };

interface PreviewedJob {
  outcomes: CallOutcomes<unknown>;
  shards: readonly ShardTimes[];
  inputs: InputPreviews;
}

/** Never rejects: what cannot be read is left out. */
export async function callPreviews(job: PreviewedJob, limits: PreviewLimits): Promise<CallPreview[]> {
  const previews: CallPreview[] = [];
  for (const index of chosen(job, limits))
    previews.push({ ...previewOf(job.outcomes, index), input: await job.inputs.read(index) });
  return previews;
}

function previewOf(outcomes: CallOutcomes<unknown>, index: number): CallPreview {
  const outcome = outcomes.outcome(index);
  const { stdout, stderr } = outcomes.output(index);
  return {
    index,
    value: outcome?.status === "fulfilled" ? previewText(outcome.value) : undefined,
    error: outcome?.status === "rejected" ? cut(bareMessage(outcome.reason), PREVIEW_LENGTH) : undefined,
    output: cut(stdout + stderr, PREVIEW_LENGTH) || undefined,
  };
}

function chosen({ outcomes, shards }: PreviewedJob, { calls, failed, longest }: PreviewLimits): Set<number> {
  const chosen = new Set<number>();
  for (const { index } of failuresOf(outcomes)) {
    if (chosen.size === failed) break;
    chosen.add(index);
  }
  for (const index of longestOf(shards).slice(0, longest)) chosen.add(index);
  for (let index = 0; index < outcomes.taken && chosen.size < calls; index++)
    if (outcomes.statusOf(index) !== "pending") chosen.add(index);
  return chosen;
}

/** Indices of all calls, the longest first. */
function longestOf(shards: readonly ShardTimes[]): number[] {
  const calls = shards.flatMap(({ first, runMs }) => Array.from(runMs, (ms, i) => ({ index: first + i, ms })));
  return calls.sort((a, b) => b.ms - a.ms).map(({ index }) => index);
}
