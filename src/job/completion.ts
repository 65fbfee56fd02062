/** Whether a job with the option `completion` has come to its end. */
import type { CompletionOptions } from "../options/completion.js";

/** What is known of the calls. */
export interface Counts {
  /** Undefined while inputs still come. */
  total: number | undefined;
  done: number;
  failed: number;
}

export interface Decision {
  isSuccess: boolean;
  /** For messages, such as `"minSuccessful: 3 is reached"`. */
  why: string;
}

/** Undefined while it is open. */
export function decide(policy: CompletionOptions, { total, done, failed }: Counts): Decision | undefined {
  const { minSuccessful } = policy;
  if (minSuccessful !== undefined && done - failed >= minSuccessful)
    return { isSuccess: true, why: `minSuccessful: ${minSuccessful} is reached` };
  const excess = excessOf(policy, total, failed);
  if (excess !== undefined)
    return { isSuccess: false, why: `${failed} of ${total ?? done} calls failed, and ${excess}` };
  return done === total ? { isSuccess: true, why: "all calls have settled" } : undefined;
}

function excessOf(
  { minSuccessful, toleratedFailureCount, toleratedFailurePercentage }: CompletionOptions,
  total: number | undefined,
  failed: number,
): string | undefined {
  if (toleratedFailureCount !== undefined && failed > toleratedFailureCount)
    return `toleratedFailureCount is ${toleratedFailureCount}`;
  // The rest depends on how many calls there are in all.
  if (total === undefined) return undefined;
  if (toleratedFailurePercentage !== undefined && failed * 100 > toleratedFailurePercentage * total)
    return `toleratedFailurePercentage is ${toleratedFailurePercentage}`;
  if (minSuccessful !== undefined && total - failed < minSuccessful) return `minSuccessful is ${minSuccessful}`;
  return undefined;
}
