/** Takes a stream of inputs, segment by segment, as there is room, and hands its shards to the dispatcher. */
import { InvokeError, NodewrenError } from "../errors.js";
import { checkMinSuccessful } from "../options/completion.js";
import { onAbort, unlessAborted } from "../util/abort.js";
import { textOf } from "../util/describe-value.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { Dispatcher } from "./dispatcher.js";
import type { InputStream } from "./input-stream.js";
import { type JobRun, newTask } from "./job-run.js";
import { Pace } from "./pace.js";
import { type PlanOptions, planSegment } from "./plan.js";
import { type SegmentInputs, segmentOf } from "./segment-inputs.js";
import { asNodewrenError } from "./started-job.js";
import { heldInputs, storeSegment, storeStreamEnd } from "./store-segment.js";

/** Time for which an input waits for others, ms: where each segment is paid for as well, longer than a request takes. */
const LINGER_MS = 10;
const LINGER_FAR_MS = 100;

export interface Feeding {
  stream: InputStream;
  /** What was read of the stream already. */
  first: EncodedInputs | undefined;
  options: PlanOptions;
}

/** Resolves when the stream has ended, or was left. Never rejects: a stream that fails fails what was not taken. */
export async function feed(run: JobRun, dispatcher: Dispatcher, feeding: Feeding): Promise<void> {
  const { stream } = feeding;
  const stop = onAbort(run.signal, () => stream.close());
  run.outcomes.loops.whenLeft(() => stream.close());
  const feeder = new Feeder(run, dispatcher, feeding);
  let cut: { error: unknown } | undefined;
  try {
    await feeder.takeAll();
  } catch (error) {
    cut = { error: cutBy(error, run) };
    stream.close();
  } finally {
    stop();
  }
  endInputs(run, cut);
  run.onProgress();
  dispatcher.end();
  await storeStreamEnd(run, feeder.segments, cut && textOf(cut.error)).catch(() => {});
}

function endInputs({ outcomes, settings }: JobRun, cut: { error: unknown } | undefined): void {
  try {
    if (!cut) checkMinSuccessful(outcomes.taken, settings.completion);
    outcomes.endStream(cut);
  } catch (error) {
    outcomes.fail(asNodewrenError(error));
  }
}

/** What map() throws for inputs that are read at once, it throws for those of a stream. */
function cutBy(error: unknown, { jobId, outcomes }: JobRun): NodewrenError {
  if (error instanceof NodewrenError) return error;
  return new InvokeError(
    `The inputs of job ${jobId} could not be read beyond the first ${outcomes.taken}: ${textOf(error)}`,
    { cause: error },
  );
}

class Feeder {
  readonly #run: JobRun;
  readonly #dispatcher: Dispatcher;
  readonly #feeding: Feeding;
  readonly #pace: Pace;
  readonly #begun = { calls: 0, shards: 0 };
  segments = 0;

  constructor(run: JobRun, dispatcher: Dispatcher, feeding: Feeding) {
    this.#run = run;
    this.#dispatcher = dispatcher;
    this.#feeding = feeding;
    const { limits, reach } = run.backend;
    this.#pace = new Pace(run.outcomes, limits.concurrency, reach === "machine" ? LINGER_MS : LINGER_FAR_MS);
  }

  async takeAll(): Promise<void> {
    const { stream, first } = this.#feeding;
    if (first) await this.#add(first);
    for (;;) {
      await this.#roomForMore();
      const encoded = await stream.next(this.#pace.room, this.#run.signal);
      if (!encoded) return;
      await this.#add(encoded);
    }
  }

  async #add(encoded: EncodedInputs): Promise<void> {
    const { limits } = this.#run.backend;
    const shards = planSegment(encoded, limits, this.#feeding.options, this.#begun);
    const place = { number: this.segments, first: this.#begun.calls };
    const segment: SegmentInputs = segmentOf(encoded, place, heldInputs(this.#run, encoded));
    await storeSegment(this.#run, segment, encoded.pieces, shards);
    this.segments++;
    this.#begun.calls += encoded.count;
    this.#begun.shards += shards.length;
    this.#run.outcomes.take(encoded.count);
    this.#pace.note(encoded.count, segment.bytes);
    this.#dispatcher.add(shards.map((shard) => newTask({ shard, segment })));
    this.#run.onProgress();
  }

  async #roomForMore(): Promise<void> {
    const { outcomes, signal } = this.#run;
    while (!this.#pace.isOpen)
      await unlessAborted<void>(signal, (resolve) => {
        void outcomes.changed().then(resolve);
        void outcomes.loops.changed().then(resolve);
        return () => {};
      });
  }
}
