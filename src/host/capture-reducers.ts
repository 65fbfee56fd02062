/** Captures the functions that divide and reduce pairs by key, which travel beside that of a job. */
import { CaptureError } from "../errors.js";
import type { JobOptions } from "../options.js";
import { type CapturedFunction, captureFunction } from "./capture-function.js";
import type { CapturedJob } from "./capture-setups.js";

/** Throws `CaptureError`, whose path says that it is of the option. */
export function captureOption(
  name: string,
  fn: Function | undefined,
  options: JobOptions,
): CapturedFunction | undefined {
  try {
    return fn && captureFunction(fn, options);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { path, reason, hint, position, excerpt, cause } = error;
    const fields = { path: `${path} of the option ${name}`, reason, hint, position, excerpt };
    throw new CaptureError(fields, cause === undefined ? {} : { cause });
  }
}

type Beside = Pick<CapturedFunction, "broadcasts" | "items" | "packages">;

/** The job, with what others need that run beside its function. */
function withNeedsOf(job: CapturedJob, others: readonly (Beside | undefined)[]): CapturedJob {
  const all = [job, ...others.filter((one) => one !== undefined)];
  return {
    ...job,
    broadcasts: new Set(all.flatMap(({ broadcasts }) => [...broadcasts])),
    items: new Set(all.flatMap(({ items }) => [...items])),
    packages: all.flatMap(({ packages }) => packages),
  };
}

/** A job whose calls give pairs, which `reduce` reduces. */
export function dividedJob(
  job: CapturedJob,
  reduce: CapturedJob,
  partition: CapturedFunction | undefined,
  parts: number,
): CapturedJob {
  const shuffle = { parts, combine: reduce.captured, partition: partition?.captured };
  return { ...withNeedsOf(job, [reduce, partition]), shuffle };
}

/** A job whose calls give what they reduced to another function. */
export function finishedJob(job: CapturedJob, finish: CapturedFunction | undefined): CapturedJob {
  return { ...withNeedsOf(job, [finish]), finish: finish?.captured };
}
