import type { JobSource } from "../job/job-source.js";
import type { Store } from "../stores/store.js";
import type { JobRun } from "./job-run.js";
import type { EndedJobs } from "./stored-objects.js";

export function storeName({ descriptor }: Pick<Store, "descriptor">): string {
  return JSON.stringify(descriptor);
}

/**
 * What other jobs need of this one that have its results as inputs.
 *
 * @param endedJobs what removes them when the job has ended; undefined where the store stays
 */
export function sourceOf(run: JobRun, endedJobs: EndedJobs | undefined, hasEnded: () => boolean): JobSource {
  const { jobId, store, outcomes, places } = run;
  return {
    jobId,
    storeName: storeName(store),
    outcomes,
    placeOf: (index) => places.find(index),
    dividedPlaces: () => places.all.flatMap(({ name, parts }) => (parts ? [{ name, parts }] : [])),
    retain: () => {
      outcomes.use.feed();
      // What was left in the store is there as long as anybody may ask for it.
      if (!endedJobs || (outcomes.hasStored && !outcomes.use.isInner)) return () => {};
      return hasEnded() && !endedJobs.isRetained(jobId) ? undefined : endedJobs.retain(jobId);
    },
  };
}
