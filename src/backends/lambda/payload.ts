/** Which way a shard goes to Lambda, and what fits. */

import { MINUTE_MS } from "../../util/time.js";
import { encodeRequest } from "../../wire/invocation.js";
import { callsMs } from "../../wire/limits.js";
import type { ShardRequest } from "../../wire/messages.js";
import { WorkerRefusal } from "../backend.js";

/** `push` holds the connection until the worker answers; `poll` lets Lambda queue the shard. */
export type Way = "push" | "poll";

/** Largest payloads that Lambda takes, bytes ("Lambda quotas": 6 MB for synchronous ones, 1 MB for asynchronous ones). */
export const MAX_PAYLOAD_BYTES = { push: 6 * 1024 * 1024, poll: 1024 * 1024 } as const;

/**
 * Shards that are known to take longer are not pushed, ms: AWS's NAT gateways and load balancers drop connections after 350 s
 * of silence, others sooner, and then the answer is lost.
 */
const MAX_PUSH_MS = 5 * MINUTE_MS;

/** @param wants the option `invocation`; @param canPush whether a connection is free */
export function wayOf(request: ShardRequest, wants: Way | "auto", canPush: boolean): Way {
  if (wants !== "auto") return wants;
  if (canPush && knownMs(request) <= MAX_PUSH_MS) return "push";
  return payloadOf(request, "poll").byteLength <= MAX_PAYLOAD_BYTES.poll ? "poll" : "push";
}

/** Longest time that the shard's calls may take, ms; 0 when that is not known. */
function knownMs(request: ShardRequest): number {
  return request.timeoutMs === undefined ? 0 : callsMs(request);
}

/** The request as Lambda gets it. Throws `WorkerRefusal` when it is larger than Lambda takes. */
export function fittingPayload(request: ShardRequest, way: Way): Uint8Array {
  const payload = payloadOf(request, way);
  const max = MAX_PAYLOAD_BYTES[way];
  if (payload.byteLength <= max) return payload;
  const hint =
    way === "poll" && payload.byteLength <= MAX_PAYLOAD_BYTES.push
      ? `Shorten what the option env holds, or push: invocation: "push".`
      : "Shorten what the option env holds: large values belong into inputs or broadcasts.";
  throw new WorkerRefusal(
    "invoke",
    `The request for shard ${request.shard.name} takes ${payload.byteLength} bytes, and Lambda takes at most ${max} this way (${way}). ${hint}`,
    { transient: false },
  );
}

function payloadOf(request: ShardRequest, way: Way): Uint8Array {
  return Buffer.from(encodeRequest(way === "poll" ? { ...request, leavesNote: true } : request));
}
