/** Stores a job that somebody else is to run: all that `map()` stores before its first shard, and nothing after. */
import { OptionError } from "../errors.js";
import { checkItems } from "../inputs/item-classes.js";
import { CallOutcomes } from "../job/outcomes.js";
import { checkMinSuccessful } from "../options/completion.js";
import type { JobOptions } from "../options.js";
import type { CapturedJob } from "./capture-setups.js";
import { newRun } from "./new-run.js";
import { checkShards, planShards } from "./plan.js";
import { readInputs } from "./read-inputs.js";
import { segmentOf } from "./segment-inputs.js";
import { payloadsOf } from "./start-job.js";
import { type Binding, newController } from "./started-job.js";
import { INLINE_MAP_CONCURRENCY } from "./state-machine.js";
import { submitJob } from "./submit.js";

/** Resolves with the job's id. Rejects with `OptionError`, `CodecError`, `CaptureError`, `InvokeError` and `StoreError`. */
export async function prepareJob(
  binding: Binding,
  job: CapturedJob,
  inputs: readonly unknown[],
  options: JobOptions,
): Promise<string> {
  const { backend, store, classes } = binding;
  checkItems(job.items, backend.reach);
  const outcomes = new CallOutcomes<unknown>();
  const given = readInputs(inputs, { classes, store, outcomes, readsAll: true, byValue: false });
  if (given.kind !== "array" || given.encoded.count === 0)
    throw new OptionError("inputs", "prepare() got no inputs: there is nothing to run.");
  const { encoded } = given;
  checkShards(encoded.count, options);
  checkMinSuccessful(encoded.count, options.completion);
  outcomes.open(encoded.count, options.completion);
  const run = newRun(binding, job, { ...options, cache: false, fold: undefined }, outcomes, newController().signal);
  await backend.ready?.();
  const concurrency = Math.min(backend.limits.concurrency, INLINE_MAP_CONCURRENCY);
  const shards = planShards(encoded, { ...backend.limits, concurrency }, options);
  await run.delivery?.claim();
  const uploads = { payloads: payloadsOf(job), broadcasts: job.broadcasts, packages: job.packages };
  const segment = segmentOf(encoded, { number: 0, first: 0 }, undefined);
  const release = await submitJob(run, uploads, { segment, pieces: encoded.pieces, shards });
  release();
  return run.jobId;
}
