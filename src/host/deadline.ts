/** A shard has a deadline that the host knows: past it, it counts as lost, whatever became of its worker. */
import { type OnHeld, WorkerDeath } from "../backends/backend.js";
import { onAbort, rejectionBy } from "../util/abort.js";
import { callsMs } from "../wire/limits.js";
import type { Answer, ShardRequest } from "../wire/messages.js";
import type { JobRun } from "./job-run.js";
import type { Poller } from "./store-poller.js";

/** Where a backend names none, ms: cold starts take seconds, and a platform may let a shard wait for its turn. */
const DEFAULT_GRACE_MS = 30_000;

/**
 * Resolves once the shard's result object exists: with the worker's answer, or with undefined when the store was all
 * that told. Rejects with `WorkerDeath` at the deadline, and ends the attempt.
 */
export async function invokeInTime(
  run: Pick<JobRun, "backend" | "signal" | "echo">,
  poller: Poller,
  request: ShardRequest,
  onHeld?: OnHeld,
): Promise<Answer | undefined> {
  const deadlineMs = deadlineOf(run, request);
  if (deadlineMs === Infinity) return invokeAndHear(run, poller, { request, onHeld }, run.signal);
  const attempt = new AbortController();
  const stop = onAbort(run.signal, (reason) => attempt.abort(reason));
  const lost = new WorkerDeath({ kind: "lost", index: undefined, certain: false, silentMs: deadlineMs });
  const timer = setTimeout(() => attempt.abort(lost), deadlineMs);
  try {
    return await Promise.race([
      invokeAndHear(run, poller, { request, onHeld }, attempt.signal),
      rejectionBy(attempt.signal),
    ]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}

async function invokeAndHear(
  run: Pick<JobRun, "backend" | "echo">,
  poller: Poller,
  { request, onHeld }: { request: ShardRequest; onHeld: OnHeld | undefined },
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const answer = await run.backend.invoke(request, signal, onHeld, run.echo?.printed);
  if (!answer) await poller.seen(request, signal, run.backend.limits);
  return answer;
}

/** A backend without a limit notices every end by itself; only there may a shard wait for its turn for ever. */
function deadlineOf({ backend }: Pick<JobRun, "backend">, request: ShardRequest): number {
  if (backend.maxShardMs === Infinity) return Infinity;
  return Math.min(callsMs(request), backend.maxShardMs) + (backend.limits.graceMs ?? DEFAULT_GRACE_MS);
}
