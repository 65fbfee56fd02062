/** What reduces results: jobs of the user's function, made for lists of what is to be reduced. */
import type { Backend, BackendLimits } from "../backends/backend.js";
import type { Job } from "../job/job.js";
import type { JobSource } from "../job/job-source.js";
import type { AnyReduceOptions } from "../options/reduce.js";
import type { JobOptions } from "../options.js";
import type { Fold } from "../wire/messages.js";
import type { Dependency } from "./dependencies.js";
import type { Inputs } from "./encode-inputs.js";

/** The function is captured already, so that nothing runs when it is refused. */
export interface Reducing {
  /** Starts a job whose calls give pairs, divided by key into so many parts. */
  divide(map: Function, inputs: Inputs<unknown>, options: JobOptions, parts: number): Job<unknown>;
  /** Starts a job of which each call folds a list; `divided` into so many parts, where it gives pairs. */
  fold(of: Fold["of"], lists: readonly Dependency[], more?: { hasInitial?: boolean; divided?: number }): Job<unknown>;
  limits(): BackendLimits | Promise<BackendLimits>;
  readonly reach: Backend["reach"];
}

/** Notes jobs of which reports are wanted. */
export type AddJobs = (...jobs: readonly Job<unknown>[]) => void;

/** As `run`, whose jobs' reports are given to who has asked for them when it has ended. */
export async function withReports<T>({ reports }: AnyReduceOptions, run: (add: AddJobs) => Promise<T>): Promise<T> {
  const jobs: Job<unknown>[] = [];
  try {
    return await run((...more) => void jobs.push(...more));
  } finally {
    reports?.(jobs.map((job) => job.report()));
  }
}

/**
 * Resolves with the number of the job's calls: of a stream when that has ended; where it `waits`, when all have settled. Rejects with why
 * the inputs could not be read, and where it waits with the first failure.
 */
export async function endOf({ outcomes }: JobSource, { waits }: { waits: boolean }): Promise<number> {
  outcomes.loops.keepAll();
  const isOpen = () => (waits ? !outcomes.isComplete && !outcomes.firstFailure : outcomes.total === undefined);
  while (isOpen() && !outcomes.failure) await outcomes.changed();
  if (outcomes.failure) throw outcomes.failure;
  if (outcomes.cut) throw outcomes.cut.error;
  if (waits && outcomes.firstFailure) throw outcomes.firstFailure;
  return outcomes.total ?? 0;
}
