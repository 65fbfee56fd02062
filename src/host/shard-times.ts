/** The times of a shard, from its result object and from what this host saw of it. */
import type { ShardTimes } from "../job/shard-times.js";
import { lostTimes, type Taken } from "../job/work.js";
import type { Shard } from "../wire/messages.js";
import type { CallUsages, ReadResult } from "../wire/result.js";

/** What the host knows besides. Moments are Unix times, ms. */
export interface Seen {
  /** Where it ran; undefined where another host knows that. */
  place: string | undefined;
  writeMs: number;
  submittedAt: number;
  /** When the shard was handed to the backend, and when its result was known; undefined when another host did that. */
  seen: { sentAt: number; heardAt: number } | undefined;
  /** Whether its calls ran at once. */
  runsAtOnce: boolean;
}

export function shardTimes(
  { name, first }: Shard,
  result: ReadResult,
  { place, writeMs, submittedAt, seen, runsAtOnce }: Seen,
): ShardTimes {
  const { fetchMs, setup, worker, calls, usage, sharedCores } = result;
  const ranMs = calls.reduce((latest, call) => Math.max(latest, call.startMs + call.runMs), fetchMs) + writeMs;
  const startedAt = seen ? onOurClock(result.startedAt, ranMs, seen) : result.startedAt;
  const storedAt = startedAt + ranMs;
  const begunAt = seen?.sentAt ?? startedAt;
  const noticedAt = seen?.heardAt ?? storedAt;
  return {
    shard: name,
    first,
    worker,
    place,
    startedAt,
    storedAt,
    noticedAt,
    sharedCores,
    queueMs: begunAt - submittedAt,
    startMs: Math.max(0, startedAt - begunAt),
    fetchMs,
    setupMs: setup?.ms ?? 0,
    setupOutput: setup?.output,
    runMs: Float64Array.from(calls, (call) => call.runMs),
    callStartMs: Float32Array.from(calls, (call) => call.startMs),
    cpuMs: usage && Float32Array.from(calls, (_, i) => (usage.cpuUs[i] ?? 0) / US_PER_MS),
    attempts: Uint32Array.from(calls, (call) => call.attempts),
    ok: Uint8Array.from(calls, ({ ok }) => Number(ok)),
    ...(usage ? lostTimes(calls, takenBy(usage), runsAtOnce) : { queuedMs: 0, coreWaitMs: 0, blockedMs: 0 }),
    writeMs,
    noticeMs: Math.max(0, noticedAt - storedAt),
  };
}

const US_PER_MS = 1000;

function takenBy({ cpuUs, idleUs, coreWaitUs }: CallUsages): Taken {
  const inMs = (us: readonly number[]) => us.reduce((sum, one) => sum + one, 0) / US_PER_MS;
  return { cpuMs: inMs(cpuUs), idleMs: inMs(idleUs), coreWaitMs: coreWaitUs && inMs(coreWaitUs) };
}

/**
 * When the shard began, by this host's clock. The worker's own is believed as far as it can be: the shard began after it was sent,
 * and had ended when its result was known. How long it took is known better, by a clock that only goes forward.
 */
function onOurClock(
  startedAt: number,
  ranMs: number,
  { sentAt, heardAt }: { sentAt: number; heardAt: number },
): number {
  return Math.max(sentAt, Math.min(startedAt, heardAt - ranMs));
}
