/** What a job will use, from how long its calls take and what each worker and each shard takes beside them. */
import type { StoreRequests } from "../stores/counted.js";

/** What is taken for known of a job that has not run. Times in ms. */
export interface Expected {
  shards: readonly { calls: number; inputBytes: number }[];
  /** Of a call. */
  callMs: number;
  /** Calls of a shard that run at once. */
  concurrentCalls: number;
  /** Least time between the starts of two calls of a shard. */
  paceMs: number;
  /** Workers that may run at once. */
  concurrency: number;
  /** For a worker to start; 0: all are warm. */
  startMs: number;
  /** In the job's setup, on each worker. */
  setupMs: number;
  /** For a shard beside its calls: to read the function and its inputs, and to store its result. */
  shardMs: number;
}

export interface ExpectedTimes {
  /** Of each shard, the start and the setup of its worker not included. */
  shardMs: number[];
  workers: number;
  /** From the first shard to the last result. */
  wallMs: number;
  /** Whole ms of all workers, starts included. */
  billedMs: number;
}

export function expectedTimes(expected: Expected): ExpectedTimes {
  const { shards, concurrency, startMs, setupMs } = expected;
  const shardMs = shards.map(({ calls }) => callsMs(calls, expected) + expected.shardMs);
  const workers = Math.min(shards.length, concurrency);
  const free = new Float64Array(workers).fill(startMs + setupMs);
  let billedMs = 0;
  for (const [i, ms] of shardMs.entries()) {
    const next = i < workers ? i : soonest(free);
    free[next] = (free[next] as number) + ms;
    billedMs += Math.ceil(i < workers ? startMs + setupMs + ms : ms);
  }
  return { shardMs, workers, wallMs: free.reduce((last, at) => Math.max(last, at), 0), billedMs };
}

/** Calls of a shard, one after the other or so many at once. */
export function callsMs(
  calls: number,
  { callMs, concurrentCalls, paceMs }: Pick<Expected, "callMs" | "concurrentCalls" | "paceMs">,
): number {
  return Math.max(Math.ceil(calls / concurrentCalls) * callMs, (calls - 1) * paceMs + callMs);
}

function soonest(free: Float64Array): number {
  let at = 0;
  for (let i = 1; i < free.length; i++) if ((free[i] as number) < (free[at] as number)) at = i;
  return at;
}

/** What of a job's ways decides which requests of the store it takes. */
export interface Ways {
  /** Functions that travel: that of the job, setups, helpers. */
  functions: number;
  /** Other objects that each worker reads once: packages, broadcasts. */
  others: number;
  /** A shard's inputs up to this size ride in its request, bytes. */
  inlineBytes: number;
  /** A shard's result up to this size rides in its answer, bytes. */
  answerBytes: number;
  /** Of each call's result, bytes. */
  resultBytes: number;
  /** Whether workers write results to a place of the user's. */
  isDelivered: boolean;
  /** Time between two looks at results, ms; undefined: each shard is answered. */
  pollMs: number | undefined;
}

/** Time between two signs of a driver, between two looks of a worker whether its job was cancelled, and between two beats, ms. */
const SIGN_MS = 10_000;

/** Results that one list shows. */
const KEYS_PER_LIST = 1000;

export function expectedRequests(
  { shards }: Pick<Expected, "shards">,
  { workers, wallMs, shardMs }: ExpectedTimes,
  ways: Ways,
): StoreRequests {
  const { functions, others, pollMs } = ways;
  const large = shards.filter(({ inputBytes }) => inputBytes > ways.inlineBytes).length;
  const long = shards.filter(({ calls }) => pollMs !== undefined || calls * ways.resultBytes > ways.answerBytes).length;
  const signs = Math.floor(wallMs / SIGN_MS);
  const looks = shardMs.reduce((sum, ms) => sum + Math.floor(ms / SIGN_MS), 0);
  const looksAtResults =
    pollMs === undefined ? 0 : Math.ceil(wallMs / pollMs) * Math.ceil(shards.length / KEYS_PER_LIST);
  return {
    // The host stores functions, the other objects, inputs and the record.
    writes: functions + others + 2 + shards.length * (ways.isDelivered ? 2 : 1) + signs,
    reads: workers * (functions + others) + large + long + looks + signs,
    lists: looksAtResults,
  };
}
