/** Which code a job runs, by the digests of its payloads. */
import type { ShardRequest } from "./messages.js";

/** What of a request names code. */
export type CodeOfJob = Pick<
  ShardRequest,
  "functionDigest" | "setupDigests" | "packagesDigest" | "retries" | "fold" | "shuffle" | "delivery"
>;

type Helped = Pick<CodeOfJob, "retries" | "fold" | "shuffle" | "delivery">;

/** Of the functions beside that of the job and its setups. Each once. */
export function helperDigestsOf({ retries, fold, shuffle, delivery }: Helped): string[] {
  const ofReducing = [fold?.finishDigest, shuffle?.combineDigest, shuffle?.partitionDigest];
  const digests = [retries.whenDigest, delivery?.writerDigest, ...ofReducing];
  return [...new Set(digests.filter((digest) => digest !== undefined))];
}

/** One text for all that is named. */
export function textOfCode(code: CodeOfJob): string {
  const { functionDigest, setupDigests = [], packagesDigest } = code;
  return [functionDigest, ...setupDigests, packagesDigest, ...helperDigestsOf(code)].join(" ");
}
