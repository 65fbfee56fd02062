/** Estimates a job of an executor, with some of its calls run where nobody says how long they take. */
import { LocalBackend } from "../backends/local/backend.js";
import type { Estimate } from "../cost/estimate.js";
import type { JobReport } from "../job/report.js";
import type { EstimatingOptions } from "../options/estimate.js";
import type { JobOptions } from "../options.js";
import type { Reach } from "../stores/store.js";
import { CallSite } from "../util/called.js";
import type { CapturedJob } from "./capture-setups.js";
import { type Inputs, InputsEncoder, valuesOf } from "./encode-inputs.js";
import { estimateJob, type Sampled } from "./estimate.js";
import type { ExecutorJobs } from "./executor-jobs.js";

export interface ForEstimate {
  /** Captures what the job runs, for workers that reach so far. */
  capture(reach: Reach): CapturedJob;
  inputs: Inputs<unknown>;
  options: EstimatingOptions<JobReport>;
  jobOptions: JobOptions;
}

export async function estimateFor(jobs: ExecutorJobs, given: ForEstimate): Promise<Estimate> {
  const { backend, store, classes, prices } = jobs.binding;
  const { capture, inputs, options } = given;
  const job = capture(backend.reach);
  const encoder = new InputsEncoder(classes);
  const values: unknown[] = [];
  for await (const value of valuesOf(inputs)) {
    encoder.add(value);
    values.push(value);
  }
  return estimateJob({
    backend,
    store: store.descriptor,
    prices,
    job,
    encoded: encoder.finish(),
    options,
    jobOptions: jobs.withDefaults(given.jobOptions),
    sample: (indexes, where) => {
      const some = indexes.map((index) => values[index]);
      return where === "workers" ? sampleThere(jobs, given, some) : sampleHere(jobs, given, some);
    },
  });
}

/** In one job, so that its report has the start of a worker. */
async function sampleThere(jobs: ExecutorJobs, given: ForEstimate, inputs: readonly unknown[]): Promise<Sampled> {
  const report = await sample(jobs, given, inputs);
  return { report, counted: report.perCall.slice(1) };
}

/** In a process that the calls have for themselves. What the first one of them waited for is in no report of the others. */
async function sampleHere(jobs: ExecutorJobs, given: ForEstimate, inputs: readonly unknown[]): Promise<Sampled> {
  const here = jobs.elsewhere(new LocalBackend({ workers: 1 }));
  try {
    await sample(here, given, inputs.slice(0, 1));
    const report = await sample(here, given, inputs.slice(1));
    return { report, counted: report.perCall };
  } finally {
    await here.close();
  }
}

/** In one shard, so that they run one after the other on one worker. What they give goes nowhere. */
async function sample(
  jobs: ExecutorJobs,
  { capture, jobOptions }: ForEstimate,
  inputs: readonly unknown[],
): Promise<JobReport> {
  const options = { ...jobOptions, ...ALONE };
  const job = jobs.start(capture(jobs.backend.reach), inputs, options, new CallSite(sample));
  await job;
  return job.report();
}

const ALONE: JobOptions = {
  shards: 1,
  callsPerShard: undefined,
  concurrentCalls: undefined,
  limitPerSecond: undefined,
  completion: undefined,
  output: undefined,
  as: undefined,
  cache: false,
  speculate: false,
  progress: false,
  echo: false,
  trace: false,
};
