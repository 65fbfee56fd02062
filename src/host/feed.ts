/** Takes a stream of inputs, segment by segment, as there is room. */
import { InvokeError, NodewrenError } from "../errors.js";
import { checkMinSuccessful } from "../options/completion.js";
import { onAbort, unlessAborted } from "../util/abort.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { Dispatcher } from "./dispatcher.js";
import type { InputStream } from "./input-stream.js";
import type { JobRun } from "./job-run.js";
import { Pace } from "./pace.js";
import { type PlanOptions, planSegment, planShards } from "./plan.js";
import { SegmentWriter } from "./segment-writer.js";
import { asNodewrenError } from "./started-job.js";
import { storeStreamEnd } from "./store-segment.js";

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
  const writer = new SegmentWriter(run, dispatcher);
  let cut: { error: unknown } | undefined;
  try {
    await takeAll(run, writer, feeding);
  } catch (error) {
    cut = { error: cutBy(error, run) };
    stream.close();
  } finally {
    stop();
  }
  // With its end the job may have ended, and then all that is to be kept is stored.
  await run.cache?.flush();
  endInputs(run, cut);
  run.onProgress();
  dispatcher.end();
  await storeStreamEnd(run, writer.segments, cut && textOf(cut.error)).catch(() => {});
}

async function takeAll(run: JobRun, writer: SegmentWriter, { stream, first, options }: Feeding): Promise<void> {
  const { outcomes, backend, signal, settings } = run;
  const { limits, reach } = backend;
  const atOnce = limits.concurrency * settings.concurrentCalls;
  const pace = new Pace(outcomes, atOnce, reach === "machine" ? LINGER_MS : LINGER_FAR_MS);
  for (let encoded = first; ; encoded = undefined) {
    if (!encoded) await roomForMore(run, pace);
    const taken = encoded ?? (await stream.next(pace.room, signal));
    if (!taken) return;
    await writer.add(
      taken,
      outcomes.taken,
      // Nobody knows how long the calls of the beginning take: so that is cut as finely as an array is.
      (inputs, begun) => (encoded ? planShards(inputs, limits, options) : planSegment(inputs, limits, options, begun)),
      () => {
        outcomes.take(taken.count);
        pace.note(taken.count, taken.starts.at(-1) as number);
      },
    );
  }
}

async function roomForMore({ outcomes, signal }: JobRun, pace: Pace): Promise<void> {
  while (!pace.isOpen)
    await unlessAborted<void>(signal, (resolve) => {
      void outcomes.changed().then(resolve);
      void outcomes.loops.changed().then(resolve);
      return () => {};
    });
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
  if (isInstance(error, NodewrenError)) return error;
  return new InvokeError(
    `The inputs of job ${jobId} could not be read beyond the first ${outcomes.taken}: ${textOf(error)}`,
    { cause: error },
  );
}
