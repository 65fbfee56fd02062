/** Cuts the inputs of a segment into shards: those that are to run, and those whose calls have kept results. */
import type { EncodedInputs } from "../wire/inputs.js";
import type { Shard } from "../wire/messages.js";
import { type JobRun, newTask, type Task } from "./job-run.js";
import type { Begun } from "./plan.js";
import { type CutShard, planAround } from "./plan-around.js";
import type { SegmentInputs } from "./segment-inputs.js";

export class CutSegment {
  readonly #cut: readonly CutShard[];

  constructor(cut: readonly CutShard[]) {
    this.#cut = cut;
  }

  /** In the order of their calls; each call is in exactly one. */
  get shards(): Shard[] {
    return this.#cut.map(({ shard }) => shard);
  }

  tasksToRun(segment: SegmentInputs): Task[] {
    return this.#tasks(segment, false);
  }

  tasksFound(segment: SegmentInputs): Task[] {
    return this.#tasks(segment, true);
  }

  #tasks(segment: SegmentInputs, found: boolean): Task[] {
    return this.#cut.filter(({ isFound }) => isFound === found).map(({ shard }) => newTask({ shard, segment }));
  }
}

/** @param plan cuts inputs whose calls all have to run */
export async function cutSegment(
  { cache }: Pick<JobRun, "cache">,
  encoded: EncodedInputs,
  begun: Begun,
  plan: (inputs: EncodedInputs) => Shard[],
): Promise<CutSegment> {
  const sizes = await cache?.find(encoded, begun.calls);
  if (sizes) return new CutSegment(planAround(encoded, sizes, begun, plan));
  return new CutSegment(plan(encoded).map((shard) => ({ shard, isFound: false })));
}
