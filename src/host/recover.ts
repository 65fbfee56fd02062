/** What to do about a shard whose worker died or refused: try again, split it, or give it up. Decides; does nothing. */
import type { Death, WorkerRefusal } from "../backends/backend.js";
import type { Failure } from "../wire/failure.js";
import type { Task } from "./job-run.js";

export type Step =
  | { kind: "retry"; afterPause: boolean }
  /** `failure` is the verdict on the suspect call when that is certain already. */
  | { kind: "split"; suspect: number | undefined; failure: Failure | undefined }
  | { kind: "giveUp"; failure: Failure };

export interface RecoveryLimits {
  retries: number;
  maxAttempts: number;
  timeoutMs: number | undefined;
  memoryMb: number | undefined;
  /** Memory of the worker itself, MiB; undefined: Node's default. */
  workerMemoryMb: number | undefined;
  /** Longest that the platform lets a shard run, ms. */
  maxShardMs: number;
}

/** A shard of several calls is split until the call that kills its worker stands alone; only that one fails. */
export function afterDeath(task: Task, death: Death, limits: RecoveryLimits): Step {
  const mayRetry = task.tries < triesAllowed(death, limits);
  const failure = failureOf(death, limits);
  if (task.shard.count === 1) return mayRetry ? { kind: "retry", afterPause: false } : { kind: "giveUp", failure };
  // The first time, it may be the invocation that was lost; only then is the shard itself suspected.
  if (death.kind === "lost" && task.tries === 1) return { kind: "retry", afterPause: false };
  const isVerdict = death.certain && !mayRetry;
  return { kind: "split", suspect: death.index, failure: isVerdict ? failure : undefined };
}

export function afterRefusal(task: Task, refusal: WorkerRefusal, limits: RecoveryLimits): Step {
  if (refusal.transient && task.tries < limits.maxAttempts) return { kind: "retry", afterPause: true };
  return { kind: "giveUp", failure: { kind: refusal.kind, message: refusal.message } };
}

/**
 * What the function itself brings about, it would bring about again: only `retries` speaks for another try. But a signal
 * may come from anywhere, such as the system's own out-of-memory killer; and an exit that no running call asked for may
 * be the late deed of a call that ran before on the same worker.
 */
function triesAllowed(death: Death, { retries, maxAttempts }: RecoveryLimits): number {
  const isFromOutside = death.kind === "signal" || death.kind === "stuck" || death.kind === "lost";
  const mayBeInnocent = isFromOutside || (death.kind === "exit" && !death.certain);
  return mayBeInnocent ? Math.max(maxAttempts, retries + 1) : retries + 1;
}

function failureOf(death: Death, limits: RecoveryLimits): Failure {
  if (death.kind === "timeout") return timeoutFailure(limits);
  if (death.kind === "memory") return memoryFailure(limits);
  const { exitCode, signal, silentMs, stderr } = death;
  return { kind: "lost", exitCode, signal, stderr, ...(silentMs !== undefined && { silentMs }) };
}

function memoryFailure({ memoryMb, workerMemoryMb }: RecoveryLimits): Failure {
  if (memoryMb !== undefined || workerMemoryMb === undefined) return { kind: "memory", memoryMb };
  return { kind: "memory", memoryMb: workerMemoryMb, isOfWorker: true };
}

function timeoutFailure({ timeoutMs = Infinity, maxShardMs }: RecoveryLimits): Failure {
  if (timeoutMs <= maxShardMs) return { kind: "timeout", timeoutMs };
  return { kind: "timeout", timeoutMs: maxShardMs, isOfWorker: true };
}
