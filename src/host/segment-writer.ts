/** Stores the segments of a job whose inputs come bit by bit, and hands their shards to the dispatcher. */
import type { EncodedInputs } from "../wire/inputs.js";
import type { Shard } from "../wire/messages.js";
import type { Dispatcher } from "./dispatcher.js";
import { type JobRun, newTask } from "./job-run.js";
import type { Begun } from "./plan.js";
import { segmentOf } from "./segment-inputs.js";
import { heldInputs, storeSegment } from "./store-segment.js";

export class SegmentWriter {
  readonly #run: JobRun;
  readonly #dispatcher: Dispatcher;
  #shards = 0;
  segments = 0;

  constructor(run: JobRun, dispatcher: Dispatcher) {
    this.#run = run;
    this.#dispatcher = dispatcher;
  }

  /**
   * Rejects with `StoreError`: then nothing of it runs.
   *
   * @param first index of its first call
   * @param onStored called before any of its shards can end
   */
  async add(
    encoded: EncodedInputs,
    first: number,
    plan: (begun: Begun) => Shard[],
    onStored: () => void = () => {},
  ): Promise<void> {
    const shards = plan({ calls: first, shards: this.#shards });
    const segment = segmentOf(encoded, { number: this.segments, first }, heldInputs(this.#run, encoded));
    await storeSegment(this.#run, segment, encoded.pieces, shards);
    this.segments++;
    this.#shards += shards.length;
    onStored();
    this.#dispatcher.add(shards.map((shard) => newTask({ shard, segment })));
    this.#run.onProgress();
  }
}
