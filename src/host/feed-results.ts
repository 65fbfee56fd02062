/** Runs calls whose inputs are results of other calls, each as soon as its own is there. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { unlessAborted } from "../util/abort.js";
import { ChangeSignal } from "../util/change-signal.js";
import { textOf } from "../util/describe-value.js";
import { type Dependency, inputOf, partsOf, type Sources } from "./dependencies.js";
import type { Dispatcher } from "./dispatcher.js";
import { InputsEncoder } from "./encode-inputs.js";
import type { JobRun } from "./job-run.js";
import { type PlanOptions, planRun, sizeOfRuns } from "./plan.js";
import { SegmentWriter } from "./segment-writer.js";
import { asNodewrenError } from "./started-job.js";
import { storeStreamEnd } from "./store-segment.js";

export interface ResultsFeeding {
  dependencies: readonly Dependency[];
  sources: Sources;
  options: PlanOptions;
}

/** Resolves when all of them are there. Never rejects: what cannot be handed out fails. */
export async function feedResults(run: JobRun, dispatcher: Dispatcher, feeding: ResultsFeeding): Promise<void> {
  const writer = new SegmentWriter(run, dispatcher);
  const open = new Set(feeding.dependencies.keys());
  let failure: string | undefined;
  try {
    await addAll(run, writer, feeding, open);
  } catch (error) {
    const reason = asNodewrenError(error);
    failure = textOf(reason);
    for (const index of open) run.outcomes.settle({ index, status: "rejected", reason });
    run.outcomes.announce();
  }
  dispatcher.end();
  await storeStreamEnd(run, writer.segments, failure).catch(() => {});
}

async function addAll(run: JobRun, writer: SegmentWriter, feeding: ResultsFeeding, open: Set<number>): Promise<void> {
  const ready = new ReadyCalls(feeding.dependencies);
  const size = sizeOfRuns(open.size, run.backend.limits, feeding.options);
  while (open.size > 0) {
    for (const calls of runsOf(await ready.next(run.signal), size)) {
      await addRun(run, writer, feeding, calls);
      for (const index of calls) open.delete(index);
    }
  }
}

async function addRun(
  run: JobRun,
  writer: SegmentWriter,
  { dependencies, sources }: ResultsFeeding,
  calls: readonly number[],
): Promise<void> {
  const first = calls[0] as number;
  const encoder = new InputsEncoder(run.classes, first);
  for (const index of calls) {
    const one = dependencies[index] as Dependency;
    encoder.add(await inputOf(one, sources, run.classes));
  }
  const encoded = encoder.finish();
  await writer.add(encoded, first, planRun);
}

/** Consecutive calls, so many at most. */
function runsOf(indices: readonly number[], size: number): number[][] {
  const runs: number[][] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last && last.length < size && last.at(-1) === index - 1) last.push(index);
    else runs.push([index]);
  }
  return runs;
}

/** Calls whose inputs are there. */
class ReadyCalls {
  #ready: number[] = [];
  readonly #change = new ChangeSignal();

  constructor(dependencies: readonly Dependency[]) {
    dependencies.forEach((one, index) => {
      const parts = partsOf(one);
      if (parts.length === 0) this.#add(index);
      let missing = parts.length;
      const found = () => --missing === 0 && this.#add(index);
      for (const part of parts) {
        if (!("index" in part)) found();
        else part.source.outcomes.whenSettled(part.index, found);
      }
    });
  }

  /** At least one; rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<number[]> {
    while (this.#ready.length === 0)
      await unlessAborted<void>(signal, (resolve) => {
        void this.#change.changed().then(resolve);
        return () => {};
      });
    // Those of a shard settle in one turn.
    await nextTurn();
    const ready = this.#ready.sort((a, b) => a - b);
    this.#ready = [];
    return ready;
  }

  #add(index: number): void {
    this.#ready.push(index);
    this.#change.wake();
  }
}
