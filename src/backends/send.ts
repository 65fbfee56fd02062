/** Sends a request that carries a shard, again and again while its platform throttles it or fails. */
import { MINUTE_MS } from "../util/time.js";
import { type OnHeld, WorkerRefusal } from "./backend.js";
import { Backoff } from "./backoff.js";
import type { RequestFault } from "./request-fault.js";
import type { Gate } from "./throttle-gate.js";

/** Time for which a shard is tried again while the platform fails or cannot be reached, ms. Then its host decides. */
const FAILING_LIMIT_MS = MINUTE_MS;

export type Sent<Output> = { output: Output; fault?: never } | { output?: never; fault: RequestFault };

export interface Sending<Output> {
  gate: Gate;
  signal: AbortSignal;
  onHeld: OnHeld | undefined;
  /** One try. Rejects never. */
  send(): Promise<Sent<Output>>;
}

/** Rejects with `WorkerRefusal`, and with the signal's reason. */
export async function sendUntilTaken<Output>({ gate, signal, onHeld, send }: Sending<Output>): Promise<Output> {
  let failing: Backoff | undefined;
  for (let isBack = false; ; isBack = true) {
    if (isBack || gate.isFull) onHeld?.(true);
    await gate.enter(signal, isBack);
    onHeld?.(false);
    const { output, fault } = await send();
    if (fault?.kind === "throttled") gate.throttle(fault.message, fault.retryAfterMs);
    else gate.leave(fault === undefined);
    if (!fault) return output;
    signal.throwIfAborted();
    if (fault.kind === "throttled") continue;
    failing ??= new Backoff(FAILING_LIMIT_MS);
    if (fault.kind !== "busy" || !(await failing.pause(signal))) throw refusalFor(fault);
  }
}

function refusalFor({ kind, message, mayHaveRun }: RequestFault): WorkerRefusal {
  return new WorkerRefusal("invoke", message, { transient: kind !== "final", mayHaveRun });
}
