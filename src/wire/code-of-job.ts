/** Which code a job runs, by the digests of its payloads. */
import type { ShardRequest } from "./messages.js";

/** What of a request names code. */
export type CodeOfJob = Pick<ShardRequest, "functionDigest" | "setupDigests" | "packagesDigest" | "fold" | "shuffle">;

type Helped = Pick<CodeOfJob, "fold" | "shuffle">;

/** Of the functions beside that of the job and its setups. Each once. */
export function helperDigestsOf({ fold, shuffle }: Helped): string[] {
  const digests = [fold?.finishDigest, shuffle?.combineDigest, shuffle?.partitionDigest];
  return [...new Set(digests.filter((digest) => digest !== undefined))];
}

/** One text for all that is named. */
export function textOfCode(code: CodeOfJob): string {
  const { functionDigest, setupDigests = [], packagesDigest } = code;
  return [functionDigest, ...setupDigests, packagesDigest, ...helperDigestsOf(code)].join(" ");
}
