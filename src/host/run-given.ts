/** Stores the inputs of a job, in whichever way they are given, and drives it until its calls have settled. */
import type { CancelledError } from "../errors.js";
import type { JobOptions } from "../options.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { Shard } from "../wire/messages.js";
import { cutSegment } from "./cut-segment.js";
import type { Dispatcher } from "./dispatcher.js";
import { drive } from "./driver.js";
import { feed } from "./feed.js";
import { feedResults, type ResultsFeeding } from "./feed-results.js";
import { EVERYTHING, type InputStream, type Room } from "./input-stream.js";
import type { JobRun } from "./job-run.js";
import { checkShards, planShards } from "./plan.js";
import type { GivenInputs } from "./read-inputs.js";
import { ResultReader } from "./result-reader.js";
import { segmentOf } from "./segment-inputs.js";
import { settleFound } from "./settle-found.js";
import { heldInputs } from "./store-segment.js";
import { submitJob, type Uploads } from "./submit.js";

/** A list that ends after so many inputs, within so many ms of its first, is short. */
const SHORT_LIST: Room = { calls: 1000, bytes: 16 * 1024 * 1024, lingerMs: 500 };

type OnCancelled = (reason: CancelledError) => void;

interface StreamFeeding {
  stream: InputStream;
  first: EncodedInputs | undefined;
  isListed: boolean;
  options: JobOptions;
}

/** Rejects with what ends the job. */
export async function runGiven(
  run: JobRun,
  uploads: Uploads,
  given: GivenInputs,
  options: JobOptions,
  onCancelled: OnCancelled,
): Promise<void> {
  if (given.kind === "array") await runArray(run, uploads, given.encoded, options, onCancelled);
  else if (given.kind === "stream") await runStream(run, uploads, { ...given, options }, onCancelled);
  else await runResults(run, uploads, { ...given, options }, onCancelled);
}

async function runArray(
  run: JobRun,
  uploads: Uploads,
  encoded: EncodedInputs,
  options: JobOptions,
  onCancelled: OnCancelled,
): Promise<void> {
  if (encoded.count === 0) return;
  const segment = segmentOf(encoded, { number: 0, first: 0 }, heldInputs(run, encoded));
  run.inputs = segment;
  const cut = await cutSegment(run, encoded, { calls: 0, shards: 0 }, (inputs) => planMost(inputs, run, options));
  const release = await submitJob(run, uploads, { segment, pieces: encoded.pieces, shards: cut.shards });
  const reader = new ResultReader(run);
  const found = cut.tasksFound(segment);
  const settle = async (dispatcher: Dispatcher) => {
    dispatcher.add(await settleFound(run, reader, found));
    dispatcher.end();
  };
  await drive(run, reader, cut.tasksToRun(segment), onCancelled, found.length > 0 ? settle : undefined);
  release();
}

/** Where few calls have to run, there may be fewer than the shards that were asked for. */
function planMost(inputs: EncodedInputs, { backend }: JobRun, options: JobOptions): Shard[] {
  const shards = options.shards === undefined ? undefined : Math.min(options.shards, inputs.count);
  return planShards(inputs, backend.limits, { ...options, shards });
}

async function runAtOnce(
  run: JobRun,
  uploads: Uploads,
  { stream, options }: StreamFeeding,
  onCancelled: OnCancelled,
): Promise<void> {
  const encoded = await stream.next(EVERYTHING, run.signal);
  const count = encoded?.count ?? 0;
  // What it threw behind those inputs.
  if (encoded) await stream.next(EVERYTHING, run.signal);
  checkShards(count, options);
  await runWhole(run, uploads, encoded, options, onCancelled);
}

/** All inputs of a stream. */
async function runWhole(
  run: JobRun,
  uploads: Uploads,
  encoded: EncodedInputs | undefined,
  options: JobOptions,
  onCancelled: OnCancelled,
): Promise<void> {
  run.outcomes.take(encoded?.count ?? 0);
  run.outcomes.endStream();
  run.onProgress();
  if (encoded) await runArray(run, uploads, encoded, options, onCancelled);
}

async function runStream(
  run: JobRun,
  uploads: Uploads,
  feeding: StreamFeeding,
  onCancelled: OnCancelled,
): Promise<void> {
  // To cut all inputs into so many shards, it takes all of them.
  if (feeding.options.shards !== undefined) return runAtOnce(run, uploads, feeding, onCancelled);
  const first = await readAhead(run, feeding);
  if (first && feeding.stream.hasEnded) return runWhole(run, uploads, first, feeding.options, onCancelled);
  run.times.forgetEarly();
  const release = await submitJob(run, uploads);
  await drive(run, new ResultReader(run), [], onCancelled, (dispatcher) =>
    feed(run, dispatcher, { ...feeding, first }),
  );
  release();
}

/**
 * Who reduces by key takes no result before the last one, and so cannot leave in between: where the inputs are a short list, all of them
 * are stored and planned at once, which takes two writes instead of two for each segment.
 */
function readAhead({ settings, signal }: JobRun, { first, isListed, stream }: StreamFeeding) {
  return isListed && settings.shuffle ? stream.next(SHORT_LIST, signal) : first;
}

async function runResults(
  run: JobRun,
  uploads: Uploads,
  feeding: ResultsFeeding,
  onCancelled: OnCancelled,
): Promise<void> {
  if (feeding.dependencies.length === 0) return;
  const release = await submitJob(run, uploads);
  await drive(run, new ResultReader(run), [], onCancelled, (dispatcher) => feedResults(run, dispatcher, feeding));
  release();
}
