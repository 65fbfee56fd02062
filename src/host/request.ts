/** What a worker is asked for: a shard of a job, by itself. */
import { randomUUID } from "node:crypto";
import type { ShardRequest } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import type { JobRun, Task } from "./job-run.js";

/** @param paceMs least time between the starts of two tries at calls; undefined: none */
export function requestOf(run: JobRun, task: Task, paceMs?: number): ShardRequest {
  const { fold, shuffle, concurrentCalls, timeoutMs, memoryMb, retries, storePatienceMs, env } = run.settings;
  return {
    version: WIRE_VERSION,
    store: run.store.descriptor,
    jobId: run.jobId,
    functionDigest: run.functionDigest,
    setupDigests: run.setupDigests.length > 0 ? run.setupDigests : undefined,
    packagesDigest: run.packages?.digest,
    packagesRoot: packagesRootOf(run),
    shard: task.shard,
    segment: task.segment.number,
    inputsBytes: task.segment.bytes,
    inputs: inlineInputs(run, task),
    attemptId: randomUUID(),
    attempt: task.attempt,
    retries,
    fold,
    shuffle,
    answersHead: run.outcomes.use.isLeft || undefined,
    answerSuffices: answerSuffices(run, task) || undefined,
    delivery: run.delivery?.spec,
    concurrentCalls: concurrentCalls > 1 ? concurrentCalls : undefined,
    paceMs,
    timeoutMs,
    memoryMb: memoryMb[task.memoryLevel],
    storePatienceMs,
    env,
  };
}

/**
 * Nobody else reads what lies in a store of the executor's own, unless another job has the results as inputs; and the host has to
 * have room for them. Whatever became of a first answer, a second try does not depend on one.
 */
function answerSuffices(run: JobRun, { tries }: Task): boolean {
  const { carriesResults, pollMs } = run.backend.limits;
  if (!run.isOwnAlone || !carriesResults || pollMs !== undefined || tries > 1) return false;
  const { settings, delivery, outcomes } = run;
  return !settings.shuffle && !delivery && !outcomes.use.isFed && outcomes.hasMuchRoom;
}

/** Without one, workers load packages from where the user has them: on this machine, where the job comes from it. */
function packagesRootOf({ packages, backend }: JobRun): string | undefined {
  return packages?.areHere && backend.reach === "machine" ? undefined : packages?.root;
}

function inlineInputs({ backend }: JobRun, { shard, segment }: Task): Uint8Array | undefined {
  const { byteStart, byteEnd } = shard;
  const fits = byteEnd - byteStart <= (backend.limits.inlineBytes ?? 0);
  return fits ? segment.held?.subarray(byteStart, byteEnd) : undefined;
}
