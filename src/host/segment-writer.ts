/** Stores the segments of a job whose inputs come bit by bit, and hands their shards to the dispatcher. */
import type { EncodedInputs } from "../wire/inputs.js";
import type { Shard } from "../wire/messages.js";
import { cutSegment } from "./cut-segment.js";
import type { Dispatcher } from "./dispatcher.js";
import type { JobRun } from "./job-run.js";
import type { Begun } from "./plan.js";
import { ResultReader } from "./result-reader.js";
import { segmentOf } from "./segment-inputs.js";
import { settleFound } from "./settle-found.js";
import { heldInputs, storeSegment } from "./store-segment.js";

export class SegmentWriter {
  readonly #run: JobRun;
  readonly #dispatcher: Dispatcher;
  readonly #reader: ResultReader;
  #shards = 0;
  segments = 0;

  constructor(run: JobRun, dispatcher: Dispatcher) {
    this.#run = run;
    this.#dispatcher = dispatcher;
    this.#reader = new ResultReader(run);
  }

  /**
   * Rejects with `StoreError`: then nothing of it runs.
   *
   * @param first index of its first call
   * @param plan cuts inputs whose calls all have to run
   * @param onStored called before any of its shards can end
   */
  async add(
    encoded: EncodedInputs,
    first: number,
    plan: (inputs: EncodedInputs, begun: Begun) => Shard[],
    onStored: () => void = () => {},
  ): Promise<void> {
    const begun = { calls: first, shards: this.#shards };
    const cut = await cutSegment(this.#run, encoded, begun, (inputs) => plan(inputs, begun));
    const { shards } = cut;
    const segment = segmentOf(encoded, { number: this.segments, first }, heldInputs(this.#run, encoded));
    await storeSegment(this.#run, segment, encoded.pieces, shards);
    this.segments++;
    this.#shards += shards.length;
    onStored();
    this.#dispatcher.add(cut.tasksToRun(segment));
    this.#run.onProgress();
    this.#dispatcher.add(await settleFound(this.#run, this.#reader, cut.tasksFound(segment)));
  }
}
