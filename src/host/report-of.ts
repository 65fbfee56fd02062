/** The report of a job, with what its page shows beside times. */
import { JobReport } from "../job/report.js";
import type { JobDetails } from "../job/report-data.js";
import { callPreviews, MOST_PREVIEWS, type PreviewLimits } from "./call-previews.js";
import { costingOf } from "./costing.js";
import { failureKinds } from "./failure-kinds.js";
import { InputPreviews } from "./input-previews.js";
import type { JobRun } from "./job-run.js";

/** It is a snapshot; but what the page tells of single calls is read when the page is asked for. */
export function reportOf(run: JobRun): JobReport {
  const progress = progressOf(run);
  const functionName = run.functionName || (run.outcomes.startedAt?.shortPlace ?? "");
  const details = async () => ({ ...(await new JobDetailsReader(run).read(MOST_PREVIEWS)), ...progress });
  const leftOut = (from: number, to: number) => run.backend.places?.leftOut(from, to) ?? [];
  return new JobReport({ ...run, functionName, details, costing: costingOf(run), leftOut });
}

/** What is known of a job beside its times, now and later on. */
export class JobDetailsReader {
  readonly #run: JobRun;
  readonly #inputs: InputPreviews;

  constructor(run: JobRun) {
    this.#run = run;
    this.#inputs = new InputPreviews(run);
  }

  /** Never rejects: what cannot be read is left out. */
  async read(limits: PreviewLimits): Promise<JobDetails> {
    const { outcomes, times } = this.#run;
    const previews = await callPreviews({ outcomes, shards: times.shards, inputs: this.#inputs }, limits);
    return { ...progressOf(this.#run), failures: failureKinds(outcomes), previews };
  }
}

function progressOf({ outcomes }: JobRun): Pick<JobDetails, "total" | "done" | "failed" | "isOver" | "isLeft"> {
  const { taken: total, done, failed, isSettled: isOver } = outcomes;
  return { total, done, failed, isOver, isLeft: false };
}
