import type { JobRun } from "./job-run.js";
import { asNodewrenError } from "./started-job.js";

/** The job is complete once it is said what of its output counts. Never rejects: the job does. */
export async function endDelivery({ outcomes }: JobRun, finish: () => Promise<void> | undefined): Promise<void> {
  try {
    await finish();
    outcomes.release();
  } catch (error) {
    outcomes.release(asNodewrenError(error));
  }
}
