/** What another host needs to drive a job, from its record and this host's own environment. */
import { OptionError } from "../errors.js";
import type { JobRecord } from "../wire/job-record.js";
import type { JobRun, JobSettings } from "./job-run.js";

export async function toDrive(
  run: JobRun,
  record: JobRecord,
  given: Partial<Pick<JobSettings, "env">>,
): Promise<JobRun> {
  await run.backend.ready?.();
  const { concurrentCalls, limitPerSecond, timeoutMs, memoryMb, retries, maxAttempts, packagesDigest, packagesRoot } =
    record;
  const settings: JobSettings = {
    ...run.settings,
    fold: record.fold ?? undefined,
    shuffle: record.shuffle ?? undefined,
    concurrentCalls,
    limitPerSecond: limitPerSecond ?? undefined,
    timeoutMs: timeoutMs ?? undefined,
    memoryMb,
    retries,
    maxAttempts,
    speculate: record.speculate,
    completion: record.completion ?? undefined,
    env: environmentOf(record, given.env ?? {}),
  };
  const packages =
    packagesRoot === null ? undefined : { digest: packagesDigest ?? undefined, root: packagesRoot, areHere: false };
  const { functionName, functionDigest, setupDigests } = record;
  return { ...run, functionName, functionDigest, setupDigests, packages, settings };
}

/** Values are in no store. Throws `OptionError` when one is not known here either. */
export function environmentOf(
  { jobId, env: { set, unset } }: JobRecord,
  given: NonNullable<JobSettings["env"]>,
): JobSettings["env"] {
  const found: Record<string, string | null> = Object.create(null);
  for (const name of unset) found[name] = null;
  for (const name of set) {
    const value = given[name] ?? process.env[name];
    if (value === undefined)
      throw new OptionError(
        "env",
        `The calls of job ${jobId} need the environment variable ${name}, which is not set here. Set it, or give the executor the option env.`,
      );
    found[name] = value;
  }
  return set.length + unset.length > 0 ? found : undefined;
}
