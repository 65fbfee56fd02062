/** Cuts a job's calls into shards, from what is known: the calls, their bytes, and the workers that can run at once. */
import type { BackendLimits } from "../backends/backend.js";
import { OptionError } from "../errors.js";
import { MINUTE_MS } from "../util/time.js";
import type { EncodedInputs } from "../wire/inputs.js";
import { shardName } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import type { Places } from "./segment-inputs.js";
import { rateShare } from "./start-rate.js";

/** A shard fetches its inputs in one piece and holds them in memory: this keeps that piece small, bytes. */
const MAX_SHARD_BYTES = 64 * 1024 * 1024;

/**
 * Shards taper down to this part of the largest, no further. Where shards are cheap enough for eight a worker, as local
 * ones are, that is 1/256 of a worker's calls: to even out less than half a percent is not worth more shards.
 */
const TAPER = 32;

/** Of each segment of a stream: two that run at once even out what is slow. */
const STREAM_SHARDS_PER_WORKER = 2;
/** Longest that a planned shard takes by the rate at which its calls may start, ms: so progress shows, and no platform ends it. */
const MAX_PACED_MS = MINUTE_MS;

export interface PlanOptions {
  shards?: number | undefined;
  callsPerShard?: number | undefined;
  concurrentCalls?: number | undefined;
  limitPerSecond?: number | undefined;
}

/** Where a segment goes on with what those before it began. */
export interface Begun {
  /** Calls before it. */
  calls: number;
  shards: number;
}

/** Shards in the order of their calls; each call is in exactly one. */
export function planShards(inputs: EncodedInputs, limits: BackendLimits, options: PlanOptions): Shard[] {
  return shardsOfSizes(shardSizes(inputs, limits, options), inputs, { calls: 0, shards: 0 });
}

/** As `planShards`, of the next segment of a stream: equal ones, since others come behind them. */
export function planSegment(
  inputs: EncodedInputs,
  limits: BackendLimits,
  { callsPerShard, concurrentCalls = 1, limitPerSecond }: PlanOptions,
  begun: Begun,
): Shard[] {
  const { count } = inputs;
  const rate = rateShare({ concurrentCalls, limitPerSecond }, limits.concurrency);
  const workers = rate?.atOnce ?? limits.concurrency;
  const fewest = rate ? Math.ceil((count * rate.paceMs) / MAX_PACED_MS) : 1;
  const rounds = Math.ceil(count / concurrentCalls);
  const most = Math.max(fewest, Math.min(rounds, workers * STREAM_SHARDS_PER_WORKER));
  const shards = callsPerShard === undefined ? most : Math.ceil(count / callsPerShard);
  return shardsOfSizes(equalSizes(count, shards), inputs, begun);
}

/** Calls of a run at most whose inputs come bit by bit, when there are so many in all: as many as its largest shard would have. */
export function sizeOfRuns(
  calls: number,
  { concurrency, shardsPerWorker }: BackendLimits,
  { shards, callsPerShard, concurrentCalls = 1 }: PlanOptions,
): number {
  const size = callsPerShard ?? Math.ceil(calls / (shards ?? Math.min(calls, concurrency * shardsPerWorker)));
  return Math.max(size, Math.min(calls, concurrentCalls));
}

/** One shard for such a run. */
export function planRun(inputs: EncodedInputs, begun: Begun): Shard[] {
  return shardsOfSizes([inputs.count], inputs, begun);
}

function shardsOfSizes(sizes: Iterable<number>, { starts }: EncodedInputs, begun: Begun): Shard[] {
  const shards: Shard[] = [];
  let first = begun.calls;
  for (const count of sizes) {
    shards.push(shardOf(shardName(begun.shards + shards.length), first, count, { first: begun.calls, starts }));
    first += count;
  }
  return shards;
}

/** The shard of the given calls, with the place of their inputs. */
export function shardOf(name: string, first: number, count: number, places: Places): Shard {
  const start = first - places.first;
  const byteStart = places.starts[start] as number;
  return { name, first, count, byteStart, byteEnd: places.starts[start + count] as number };
}

function shardSizes(inputs: EncodedInputs, limits: BackendLimits, options: PlanOptions): Iterable<number> {
  const { count } = inputs;
  if (count === 0) return [];
  if (options.callsPerShard !== undefined) return equalSizes(count, Math.ceil(count / options.callsPerShard));
  if (options.shards === undefined) return taperedSizes(inputs, limits, options);
  checkShards(count, options);
  return equalSizes(count, options.shards);
}

/** Throws `OptionError` when there are not as many calls as shards, unless there are none at all. */
export function checkShards(calls: number, { shards }: PlanOptions): void {
  if (shards === undefined || shards <= calls || calls === 0) return;
  throw new OptionError(
    "shards",
    `Option shards is ${shards}, but the job has ${calls} calls only. Give at most ${calls}.`,
  );
}

function* equalSizes(count: number, shards: number): Generator<number> {
  for (let i = 0; i < shards; i++) yield Math.floor(((i + 1) * count) / shards) - Math.floor((i * count) / shards);
}

/**
 * Equal shards at first, smaller and smaller ones in the end, so that the workers finish together: each takes at most
 * half of the share that a worker has in what remains (factoring; Hummel, Schonberg and Flynn, 1992). What is counted are
 * rounds: so many calls as a worker runs at once.
 */
function* taperedSizes(
  { count, starts }: EncodedInputs,
  limits: BackendLimits,
  { concurrentCalls = 1, limitPerSecond }: PlanOptions,
): Generator<number> {
  const rate = rateShare({ concurrentCalls, limitPerSecond }, limits.concurrency);
  const workers = rate?.atOnce ?? limits.concurrency;
  const most = rate ? Math.max(1, Math.floor(MAX_PACED_MS / rate.paceMs)) : Infinity;
  const rounds = count / concurrentCalls;
  const largest = Math.ceil(rounds / (workers * limits.shardsPerWorker));
  const smallest = Math.ceil(rounds / (workers * limits.shardsPerWorker * TAPER));
  for (let first = 0; first < count; ) {
    const share = Math.ceil((count - first) / concurrentCalls / (2 * workers));
    const calls = Math.min(largest, Math.max(smallest, share)) * concurrentCalls;
    const size = withinBytes(first, Math.min(calls, most, count - first), starts);
    yield size;
    first += size;
  }
}

function withinBytes(first: number, calls: number, starts: Float64Array): number {
  let size = calls;
  while (size > 1 && (starts[first + size] as number) - (starts[first] as number) > MAX_SHARD_BYTES)
    size = Math.ceil(size / 2);
  return size;
}
