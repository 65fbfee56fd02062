/** Names of the functions that a payload may have beside the job's, as errors of the capture have them. */

/** Is asked whether a call that threw gets another try. */
export const WHEN = "retries.when";

/** Makes text or bytes of each result, where results are written elsewhere. */
export const WRITER = "the option as";
