/** Stores a job that somebody else is to run: all that `map()` stores before its first shard, and nothing after. */
import { LambdaBackend } from "../backends/lambda/backend.js";
import { OptionError } from "../errors.js";
import { checkItems } from "../inputs/item-classes.js";
import { CallOutcomes } from "../job/outcomes.js";
import { checkMinSuccessful } from "../options/completion.js";
import type { JobOptions } from "../options.js";
import type { Store } from "../stores/store.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { CapturedJob } from "./capture-setups.js";
import { checkPlatform } from "./check-platform.js";
import { placesOf } from "./costing.js";
import { type Inputs, InputsEncoder, valuesOf } from "./encode-inputs.js";
import { newRun } from "./new-run.js";
import { checkShards, planShards } from "./plan.js";
import { PreparedJob } from "./prepared-job.js";
import { segmentOf } from "./segment-inputs.js";
import { payloadsOf } from "./start-job.js";
import { type Binding, newController } from "./started-job.js";
import { INLINE_MAP_CONCURRENCY } from "./state-machine.js";
import { submitJob } from "./submit.js";

/** Throws `OptionError` where nobody else would find the job, or run it as it is asked for. */
export function checkPreparable(store: Store | undefined, { cache }: JobOptions): void {
  if (!store)
    throw new OptionError(
      "store",
      "prepare() needs a store that stays, where others find the job. Give the executor the option store, or set NODEWREN_STORE.",
    );
  if (cache)
    throw new OptionError(
      "cache",
      "prepare() has no option cache: whoever runs the job runs all of its calls. Leave it out.",
    );
}

/** Rejects with `OptionError`, `CodecError`, `CaptureError`, `InvokeError` and `StoreError`, and with what the inputs throw. */
export async function prepareJob(
  binding: Binding,
  job: CapturedJob,
  inputs: Inputs<unknown>,
  options: JobOptions,
): Promise<PreparedJob> {
  const { backend, store, classes } = binding;
  if (store.workerRole)
    throw new OptionError(
      "workerRoleArn",
      "prepare() writes requests down for somebody else to send, and keys of workers (workerRoleArn) are never written down. Give the executor a store without it.",
    );
  checkItems(job.items, backend.reach);
  const encoded = await encodeAll(inputs, new InputsEncoder(classes));
  checkShards(encoded.count, options);
  checkMinSuccessful(encoded.count, options.completion);
  const outcomes = new CallOutcomes<unknown>();
  outcomes.open(encoded.count, options.completion);
  const run = newRun(binding, job, { ...options, cache: false, fold: undefined }, outcomes, newController().signal);
  await backend.ready?.();
  checkPlatform(run, options);
  const concurrency = Math.min(backend.limits.concurrency, INLINE_MAP_CONCURRENCY);
  const shards = planShards(encoded, { ...backend.limits, concurrency }, options);
  await run.delivery?.claim();
  const uploads = { payloads: payloadsOf(job), broadcasts: job.broadcasts, packages: job.packages };
  const segment = segmentOf(encoded, { number: 0, first: 0 }, undefined);
  const release = await submitJob(run, uploads, { segment, pieces: encoded.pieces, shards });
  release();
  const lambda = placesOf(backend).find((place) => place.backend instanceof LambdaBackend)?.backend;
  const functionName = (lambda as LambdaBackend | undefined)?.functionName;
  return new PreparedJob(run.jobId, store, { functionName, env: options.env });
}

async function encodeAll(inputs: Inputs<unknown>, encoder: InputsEncoder): Promise<EncodedInputs> {
  for await (const input of valuesOf(inputs)) encoder.add(input);
  const encoded = encoder.finish();
  if (encoded.count > 0) return encoded;
  throw new OptionError("inputs", "prepare() got no inputs: there is nothing to run.");
}
