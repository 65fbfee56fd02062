/** A shard has a deadline that the host knows: past it, it counts as lost, whatever became of its worker. */
import { WorkerDeath } from "../backends/backend.js";
import type { Answer, ShardRequest } from "../wire/messages.js";
import type { JobRun } from "./job-run.js";

/** Time beyond a shard's own limits in which its worker may still start, store and answer, ms. */
const GRACE_MS = 30_000;

/** Rejects with `WorkerDeath` at the deadline, and ends the attempt. */
export async function invokeInTime(run: JobRun, request: ShardRequest): Promise<Answer | undefined> {
  const deadlineMs = deadlineOf(run, request);
  if (deadlineMs === Infinity) return run.backend.invoke(request, run.signal);
  const attempt = new AbortController();
  const stop = () => attempt.abort(run.signal.reason);
  run.signal.addEventListener("abort", stop, { once: true });
  const lost = new WorkerDeath({ kind: "timeout", index: undefined, certain: false });
  const timer = setTimeout(() => attempt.abort(lost), deadlineMs);
  try {
    return await Promise.race([run.backend.invoke(request, attempt.signal), rejectionBy(attempt.signal)]);
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", stop);
  }
}

/** A backend without a limit notices every end by itself; only there may a shard wait for its turn for ever. */
function deadlineOf({ backend, settings }: JobRun, { shard }: ShardRequest): number {
  if (backend.maxShardMs === Infinity) return Infinity;
  const callsMs = (settings.timeoutMs ?? Infinity) * shard.count * (settings.retries + 1);
  return Math.min(callsMs, backend.maxShardMs) + GRACE_MS;
}

/** Rejects with the signal's reason once it is aborted. Nobody need look at it. */
function rejectionBy(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  rejection.catch(() => {});
  return rejection;
}
