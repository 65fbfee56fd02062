/** What to do about a shard whose worker died or refused: try again, split it, or give it up. Decides; does nothing. */
import type { Death, WorkerRefusal } from "../backends/backend.js";
import { isFromOutside } from "../backends/death.js";
import type { CallOutput } from "../errors.js";
import type { Failure, SetupFailure } from "../wire/failure.js";
import { retryPauseMs } from "../wire/limits.js";
import type { RetryPolicy } from "../wire/messages.js";
import type { Task } from "./job-run.js";

export type Step =
  /** After a pause: of so many ms, or of the host's own after a refusal. */
  | { kind: "retry"; pauseMs: number | "growing"; moreMemory?: boolean }
  /** The attempt did not count. `unfit`: of workers with what another job left, how many it met. */
  | { kind: "elsewhere"; unfit: 0 | 1 }
  /** `verdict` is that on the suspect call when that is certain already. */
  | { kind: "split"; suspect: number | undefined; verdict: Verdict | undefined; moreMemory?: boolean }
  | { kind: "giveUp"; verdict: Verdict };

/** Why a call has no value, and what it had printed by then. */
export interface Verdict {
  failure: Failure;
  output?: CallOutput | undefined;
}

/** Workers with what other jobs left that one shard may meet: as many as Lambda lends an account; each ends when it is met. */
const MAX_UNFIT = 1000;

/** Tries at a shard that never begins: with the time that each gets, more than ten minutes in a platform's queue. */
const QUEUED_TRIES = 4;

export interface RecoveryLimits {
  retries: RetryPolicy;
  maxAttempts: number;
  timeoutMs: number | undefined;
  /** Limits from the smallest to the largest, MiB. */
  memoryMb: readonly number[];
  /** Memory of the worker itself, MiB; undefined: Node's default. */
  workerMemoryMb: number | undefined;
  /** The same of the largest workers that the job may have. */
  mostMemoryMb: number | undefined;
  /** Longest that the platform lets a shard run, ms. */
  maxShardMs: number;
}

/** A shard of several calls is split until the call that kills its worker stands alone; only that one fails. */
export function afterDeath(task: Task, death: Death, limits: RecoveryLimits): Step {
  const mayRetry = task.tries < triesAllowed(death, limits);
  const failure = failureOf(death, limits, task);
  const again: Step = { kind: "retry", pauseMs: retryPauseMs(limits.retries, task.tries - 1) };
  // It would end another worker the same way, whichever calls are to follow it.
  if (death.kind === "memory" && hasMoreMemory(task, limits)) return withMoreMemory(task, death);
  if (death.during === "setup")
    return mayRetry ? again : { kind: "giveUp", verdict: { failure: ofSetup(failure, death) } };
  const { output } = death;
  if (task.shard.count === 1) return mayRetry ? again : { kind: "giveUp", verdict: { failure, output } };
  // The first time, it may be the invocation that was lost; only then is the shard itself suspected.
  if (death.kind === "lost" && task.tries === 1) return { kind: "retry", pauseMs: 0 };
  // No call has run that could be suspected.
  if (death.neverBegan) return mayRetry ? { kind: "retry", pauseMs: 0 } : { kind: "giveUp", verdict: { failure } };
  const isVerdict = death.certain && !mayRetry;
  return { kind: "split", suspect: death.index, verdict: isVerdict ? { failure, output } : undefined };
}

/** A limit beyond the memory of any worker would be refused. */
function hasMoreMemory({ memoryLevel }: Task, { memoryMb, mostMemoryMb = Infinity }: RecoveryLimits): boolean {
  return (memoryMb[memoryLevel + 1] ?? Infinity) <= mostMemoryMb && memoryLevel + 1 < memoryMb.length;
}

/** Only the call that ran out of it needs more. */
function withMoreMemory({ shard }: Task, { index, certain, during }: Death): Step {
  if (shard.count === 1 || during) return { kind: "retry", pauseMs: 0, moreMemory: true };
  return { kind: "split", suspect: index, verdict: undefined, moreMemory: certain };
}

/** @param hasOther whether there is another place than those that refused it */
export function afterRefusal(task: Task, refusal: WorkerRefusal, limits: RecoveryLimits, hasOther = false): Step {
  if (refusal.isUnfit && task.unfit < MAX_UNFIT) return { kind: "elsewhere", unfit: 1 };
  if (hasOther && !refusal.isUnfit) return { kind: "elsewhere", unfit: 0 };
  // The first time, what broke the worker may be the doing of another shard.
  if (refusal.isBroken && task.shard.count > 1 && task.tries > 1)
    return { kind: "split", suspect: undefined, verdict: undefined };
  if (refusal.transient && task.tries < limits.maxAttempts) return { kind: "retry", pauseMs: "growing" };
  return { kind: "giveUp", verdict: { failure: { kind: refusal.kind, message: refusal.message } } };
}

function ofSetup(failure: SetupFailure, { output }: Death): Failure {
  return { kind: "setup", failure, ...(output && { output }) };
}

/**
 * What the function itself brings about, it would bring about again: only `retries` speaks for another try. But a signal
 * may come from anywhere, such as the system's own out-of-memory killer; and an exit that no running call asked for may
 * be the late deed of a call that ran before on the same worker.
 */
function triesAllowed(death: Death, { retries, maxAttempts }: RecoveryLimits): number {
  const mayBeInnocent = isFromOutside(death) || (death.kind === "exit" && !death.certain);
  const tries = mayBeInnocent ? Math.max(maxAttempts, retries.limit + 1) : retries.limit + 1;
  return death.neverBegan ? Math.max(tries, QUEUED_TRIES) : tries;
}

function failureOf(death: Death, limits: RecoveryLimits, task: Task): SetupFailure {
  if (death.kind === "timeout") return timeoutFailure(limits);
  if (death.kind === "memory") return memoryFailure(limits, task);
  const { exitCode, signal, silentMs, why, stderr } = death;
  return { kind: "lost", exitCode, signal, stderr, ...(silentMs !== undefined && { silentMs }), ...(why && { why }) };
}

function memoryFailure({ memoryMb: limits, workerMemoryMb }: RecoveryLimits, { memoryLevel }: Task): SetupFailure {
  const memoryMb = limits[memoryLevel];
  if (memoryMb !== undefined || workerMemoryMb === undefined) return { kind: "memory", memoryMb };
  return { kind: "memory", memoryMb: workerMemoryMb, isOfWorker: true };
}

function timeoutFailure({ timeoutMs = Infinity, maxShardMs }: RecoveryLimits): SetupFailure {
  if (timeoutMs <= maxShardMs) return { kind: "timeout", timeoutMs };
  return { kind: "timeout", timeoutMs: maxShardMs, isOfWorker: true };
}
