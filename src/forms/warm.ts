/** `warm()`: workers before there is work. */
import { OptionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import type { LimitsOf, Mapper } from "./mapper.js";
import { waiter } from "./on-worker/wait.js";
import type { WarmOptions } from "./options.js";

/**
 * Time for which each worker holds its call, so that the next call needs another worker, ms: some at least, and more for each call, since
 * a platform takes them one after the other. That is nothing beside what a cold start takes there.
 */
const HOLD_MS = 50;
const HOLD_MS_PER_WORKER = 3;

/** Runs a call on each of `count` workers, all at once. Resolves with how many there were. */
export async function warmWorkers(
  mapper: Mapper,
  limits: LimitsOf,
  count: number,
  options: WarmOptions = {},
): Promise<number> {
  if (!Number.isInteger(count) || count < 1)
    throw new OptionError("n", `warm() takes a number of workers, at least 1, but got ${textOf(count)}.`);
  const calls = Math.min(count, (await limits()).concurrency);
  const holdMs = HOLD_MS + HOLD_MS_PER_WORKER * calls;
  const job = mapper.map(
    waiter(holdMs),
    Array.from({ length: calls }, () => null),
    {
      ...options,
      callsPerShard: 1,
      speculate: false,
      progress: false,
      cache: false,
    },
  );
  await job;
  return new Set(job.report().perCall.map(({ worker }) => worker)).size;
}
