/** Refuses, before anything is stored, what the platform of the workers is known to refuse or to cut short. */
import { OptionError } from "../errors.js";
import type { JobOptions } from "../options.js";
import { shardName } from "../wire/keys.js";
import { type JobRun, newTask } from "./job-run.js";
import { requestOf } from "./request.js";
import { rateShare } from "./start-rate.js";

/** Throws `OptionError`. The backend has been asked for its limits. */
export function checkPlatform(run: JobRun, { callsPerShard }: Pick<JobOptions, "callsPerShard">): void {
  const shard = { name: shardName(0), first: 0, count: 1, byteStart: 0, byteEnd: 0 };
  const segment = { number: 0, first: 0, calls: 1, bytes: 0, starts: undefined, held: undefined, open: 1 };
  run.backend.checkRequest?.(requestOf(run, newTask({ shard, segment })));
  run.workerKeys?.check();
  checkPace(run, callsPerShard);
}

/** At the rate that was asked for, a shard takes a time that is known. */
function checkPace({ backend, settings }: JobRun, callsPerShard: number | undefined): void {
  const { maxShardMs, limits, name } = backend;
  const { paceMs } = rateShare(settings, limits.concurrency) ?? { paceMs: 0 };
  if (callsPerShard === undefined || (callsPerShard - 1) * paceMs < maxShardMs) return;
  const most = Math.max(1, Math.floor(maxShardMs / paceMs));
  throw new OptionError(
    "callsPerShard",
    `With limitPerSecond: ${settings.limitPerSecond}, a shard of ${callsPerShard} calls takes ${((callsPerShard - 1) * paceMs) / 1000} s or more, and the backend ${name} ends each after ${maxShardMs / 1000} s. Give callsPerShard: ${most}, or fewer.`,
  );
}
