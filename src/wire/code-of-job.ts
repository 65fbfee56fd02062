/** Which code a job runs, by the digests of its payloads. */
import type { ShardRequest } from "./messages.js";

/** What of a request names code. */
export type CodeOfJob = Pick<
  ShardRequest,
  "functionDigest" | "setupDigests" | "packagesDigest" | "retries" | "fold" | "shuffle"
>;

/** Of the functions beside that of the job and its setups: what is asked about errors, and what divides and reduces. Each once. */
export function helperDigestsOf({ retries, fold, shuffle }: Pick<CodeOfJob, "retries" | "fold" | "shuffle">): string[] {
  const digests = [retries.whenDigest, fold?.finishDigest, shuffle?.combineDigest, shuffle?.partitionDigest];
  return [...new Set(digests.filter((digest) => digest !== undefined))];
}

/** One text for all that is named. */
export function textOfCode(code: CodeOfJob): string {
  const { functionDigest, setupDigests = [], packagesDigest } = code;
  return [functionDigest, ...setupDigests, packagesDigest, ...helperDigestsOf(code)].join(" ");
}
