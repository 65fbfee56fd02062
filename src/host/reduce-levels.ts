/** Says of a failure that comes up in a tree of reducers where that was. */
import { DependencyError, NodewrenError } from "../errors.js";
import type { Job } from "../job/job.js";

export interface Level {
  job: Job<unknown>;
  /** First and last call whose results those are that a call of this level reduces. */
  inputsOf(index: number): [number, number];
}

/** As `run`; a rejection is the failure of the very call that failed, and says at which level it was. */
export async function withLevel<T>(job: Job<unknown>, levels: readonly Level[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toldOf(job, levels, causeOf(error));
  }
}

/** Why the first of the calls failed that depend on each other. */
function causeOf(error: unknown): unknown {
  return error instanceof DependencyError && error.cause instanceof NodewrenError ? causeOf(error.cause) : error;
}

function toldOf(job: Job<unknown>, levels: readonly Level[], error: unknown): unknown {
  const { jobId, index } = error as { jobId?: string; index?: number };
  const at = levels.findIndex((level) => level.job.id === jobId);
  if (!(error instanceof NodewrenError) || at < 0 || index === undefined) return error;
  const [first, last] = (levels[at] as Level).inputsOf(index);
  return told(
    error,
    `It reduces results at level ${at + 1} of ${levels.length}: those of the calls ${first} to ${last} of job ${job.id}.`,
  );
}

/** Nobody else holds the error, whose message is made longer. */
export function told(error: NodewrenError, more: string): NodewrenError {
  const { message, stack = "" } = error;
  error.message = `${message}\n${more}`;
  error.stack = stack.replace(message, () => error.message);
  return error;
}
