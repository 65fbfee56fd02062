/** The option `completion`: when a job has come to its end before all its calls have. */
import { OptionError } from "../errors.js";
import { type Check, checkOptions, integerIn, numberIn } from "./check.js";

/** At least one of these. The rest of the job is cancelled once they are decided. */
export interface CompletionOptions {
  /** The job has succeeded once so many calls have, 1 to the number of calls; it has failed once that cannot be any more. */
  minSuccessful?: number | undefined;
  /** The job has failed once more calls have. */
  toleratedFailureCount?: number | undefined;
  /** The job has failed once more than this part of its calls have, percent, 0 to 100. */
  toleratedFailurePercentage?: number | undefined;
}

const CHECKS: Record<keyof CompletionOptions, Check> = {
  minSuccessful: integerIn(1, Infinity),
  toleratedFailureCount: integerIn(0, Infinity),
  toleratedFailurePercentage: numberIn(0, 100, " (%)"),
};

export const isCompletion: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? undefined
    : `an object with ${Object.keys(CHECKS).join(", ")}`;

/** Throws `OptionError` for the first part that is unknown or out of range, and when there is none. */
export function checkCompletion(completion: CompletionOptions | undefined): void {
  if (completion === undefined) return;
  checkOptions("completion", completion, CHECKS, "completion.");
  if (Object.values(completion).some((value) => value !== undefined)) return;
  throw new OptionError("completion", `Option completion needs one of ${Object.keys(CHECKS).join(", ")} at least.`);
}

/** Throws `OptionError` when there are not as many calls as must succeed. */
export function checkMinSuccessful(calls: number, completion: CompletionOptions | undefined): void {
  const { minSuccessful = 0 } = completion ?? {};
  if (minSuccessful <= calls) return;
  throw new OptionError(
    "completion.minSuccessful",
    `Option minSuccessful of completion is ${minSuccessful}, but the job has ${calls} calls only. Give at most ${calls}.`,
  );
}
