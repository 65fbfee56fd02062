/** Estimates a job as `map()` would run it: what it would take and cost, and which limit of its platform it would run into. */
import { availableParallelism } from "node:os";
import type { Backend, BackendLimits } from "../backends/backend.js";
import { Estimate, type Range } from "../cost/estimate.js";
import { type Expected, type ExpectedTimes, expectedTimes } from "../cost/expected.js";
import { InvokeError, NodewrenError, OptionError } from "../errors.js";
import type { JobReport } from "../job/report.js";
import { DEFAULT_SAMPLES, type EstimatingOptions } from "../options/estimate.js";
import { type CallTimesKnown, givenTimes, onWorkers, spread, timesOf } from "./call-times.js";
import { type Estimated, expectedCost } from "./estimate-cost.js";
import { planShards } from "./plan.js";
import { rateShare } from "./start-rate.js";

/**
 * What a worker takes to start, and a shard beside its calls, where no job has told, ms: on a platform guesses, from what is written
 * of Lambda and from stand-ins; here as measured.
 */
const USUAL = { platform: { startMs: 400, shardMs: 60 }, here: { startMs: 60, shardMs: 1 } } as const;

export interface Sampled {
  report: JobReport;
  /** Those of its calls that count. */
  counted: JobReport["perCall"];
}

export interface Estimating extends Estimated {
  options: EstimatingOptions<JobReport>;
  /** Runs the calls with these inputs, one after the other, of which the first does not count. */
  sample(indexes: readonly number[], where: "here" | "workers"): Promise<Sampled>;
}

/**
 * Rejects with `OptionError` and `InvokeError` where the platform would end a shard before its calls have run, and with what a call
 * fails of that is measured.
 */
export async function estimateJob(given: Estimating): Promise<Estimate> {
  const { backend, encoded, jobOptions } = given;
  const trouble = await troubleAsking(backend);
  const { limits } = backend;
  const shards = planShards(encoded, limits, jobOptions).map(({ count, byteStart, byteEnd }) => {
    return { calls: count, inputBytes: byteEnd - byteStart };
  });
  const known = await callTimes(given, limits);
  const plan = expectedOf(given, known, shards);
  const times = expectedTimes(plan);
  const longestShardMs = times.shardMs.reduce((longest, ms) => Math.max(longest, ms), 0);
  checkLongest(longestShardMs, plan, given);
  const { mean, low, high } = known.callMs;
  const bounds = {
    low: expectedTimes({ ...plan, callMs: low, startMs: 0 }),
    expected: times,
    high: expectedTimes({ ...plan, callMs: high }),
  };
  const costOf = (bound: ExpectedTimes) => expectedCost(given, plan, bound, known.resultBytes);
  const cost = costOf(times);
  const wall = (bound: ExpectedTimes) => Math.max(bound.wallMs, computingMs(limits, known.cpuMs * encoded.count));
  return new Estimate({
    calls: encoded.count,
    shards: shards.length,
    workers: times.workers,
    callMs: { expected: mean, low, high },
    measured: known.measured,
    wallMs: rangeOf(bounds, wall),
    longestShardMs,
    usd: cost.usd === undefined ? undefined : rangeOf(bounds, (bound) => costOf(bound).usd ?? 0),
    cost,
    notes: notesOf(given, known, trouble),
  });
}

/** Why it cannot be asked for its limits; undefined when it was, or need not be. */
async function troubleAsking(backend: Backend): Promise<NodewrenError | undefined> {
  try {
    await backend.ready?.();
    return undefined;
  } catch (error) {
    if (error instanceof NodewrenError) return error;
    throw error;
  }
}

async function callTimes({ options, encoded, sample }: Estimating, limits: BackendLimits): Promise<CallTimesKnown> {
  const { callMs, basedOn, samples = DEFAULT_SAMPLES, sampleOn = "here" } = options;
  if (callMs !== undefined) return givenTimes(callMs);
  if (basedOn) return timesOf(basedOn);
  if (encoded.count === 0) return givenTimes(0);
  const { report, counted } = await sample(spread(samples, encoded.count), sampleOn);
  const measured = timesOf(report, counted);
  return sampleOn === "here" ? onWorkers(measured, report, limits) : measured;
}

function expectedOf(
  { backend, jobOptions }: Estimating,
  { callMs, startMs, shardMs, setupMs }: CallTimesKnown,
  shards: Expected["shards"],
): Expected {
  const { concurrency, billing } = backend.limits;
  const { concurrentCalls = 1, limitPerSecond } = jobOptions;
  const rate = rateShare({ concurrentCalls, limitPerSecond }, concurrency, shards.length);
  const usual = billing === "nobody" ? USUAL.here : USUAL.platform;
  return {
    shards,
    callMs: callMs.mean,
    concurrentCalls,
    paceMs: rate?.paceMs ?? 0,
    concurrency: rate?.atOnce ?? concurrency,
    startMs: startMs ?? usual.startMs,
    shardMs: shardMs ?? usual.shardMs,
    setupMs,
  };
}

/** Throws where the platform would end a shard before its calls have run. */
function checkLongest(longestMs: number, plan: Expected, { backend, jobOptions }: Estimating): void {
  const { maxShardMs, name } = backend;
  if (longestMs <= maxShardMs) return;
  const { callMs, concurrentCalls, paceMs, shardMs } = plan;
  const most = Math.floor((maxShardMs - shardMs) / Math.max(callMs, paceMs * concurrentCalls)) * concurrentCalls;
  const ends = `and the backend ${name} ends it after ${seconds(maxShardMs)}`;
  if (most < 1)
    throw new InvokeError(
      `A call would take ${seconds(callMs)}, ${ends}. Give each call less to do, or run the job where calls may take longer.`,
    );
  throw new OptionError(
    jobOptions.shards === undefined ? "callsPerShard" : "shards",
    `The longest shard would take ${seconds(longestMs)} with calls of ${seconds(callMs)}, ${ends}. Give map() the option callsPerShard: ${most}, or fewer.`,
  );
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(3))} s`;
}

/** On workers that share the cores of this machine, computing of so much CPU time takes at least so long, ms. */
function computingMs({ billing, concurrency }: BackendLimits, cpuMs: number): number {
  return billing === "nobody" ? cpuMs / Math.min(concurrency, availableParallelism()) : 0;
}

function rangeOf<T>(bounds: Record<keyof Range, T>, of: (bound: T) => number): Range {
  return { low: of(bounds.low), expected: of(bounds.expected), high: of(bounds.high) };
}

function notesOf(
  { backend, options, jobOptions: { timeoutMs = 0 } }: Estimating,
  known: CallTimesKnown,
  trouble: NodewrenError | undefined,
): string[] {
  const { billing } = backend.limits;
  const isPlatform = billing !== "nobody";
  const isHere = options.sampleOn !== "workers" && !options.basedOn && known.measured > 0;
  const { startMs, shardMs } = USUAL.platform;
  const notes: [boolean, string][] = [
    [trouble !== undefined, `Defaults stand in for the limits of the backend ${backend.name}: ${trouble?.message}`],
    [isPlatform && isHere, "Calls ran on this machine; a core of it is taken to be as fast as a worker's."],
    [
      isPlatform && known.startMs === undefined,
      `That a worker starts in ${startMs} ms, and a shard takes ${shardMs} ms beside its calls, are guesses; basedOn: job.report() takes what a job took.`,
    ],
    [
      timeoutMs > backend.maxShardMs,
      `timeoutMs is ${seconds(timeoutMs)}, but the backend ${backend.name} ends each shard after ${seconds(backend.maxShardMs)}.`,
    ],
    [isPlatform, "The lower bounds are those with workers that are warm."],
  ];
  return notes.filter(([holds]) => holds).map(([, note]) => note);
}
