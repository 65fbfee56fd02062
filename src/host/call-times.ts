/** How long the calls of a job will take that has not run: as its caller says, as an earlier job took, or as some calls take that are run. */
import type { BackendLimits } from "../backends/backend.js";
import type { JobReport } from "../job/report.js";
import { confidence, type Interval } from "../study/confidence.js";

/** Memory with which a worker on Lambda has one core, MiB ("Configure Lambda function memory"). */
const ONE_CORE_MB = 1769;

/** Times in ms. */
export interface CallTimesKnown {
  callMs: Interval;
  /** Calls that were measured; 0: it was given. */
  measured: number;
  /** CPU time of a call; 0 where it is not known. */
  cpuMs: number;
  /** Of a worker to start, and of a shard beside its calls; undefined where nothing tells. */
  startMs: number | undefined;
  shardMs: number | undefined;
  /** Of the setup, on each worker. */
  setupMs: number;
  /** Bytes of a call's result. */
  resultBytes: number;
}

export function givenTimes(callMs: number | readonly number[]): CallTimesKnown {
  const interval = notNegative(confidence([callMs].flat()));
  return {
    callMs: interval,
    measured: 0,
    cpuMs: 0,
    startMs: undefined,
    shardMs: undefined,
    setupMs: 0,
    resultBytes: 0,
  };
}

/**
 * Of a job on such workers as the estimated one will have.
 *
 * @param counted those of its calls that count
 */
export function timesOf(report: JobReport, counted: readonly { runMs: number }[] = report.perCall): CallTimesKnown {
  const { calls, shards, totals, requests, cost, setups, workerMs } = report;
  const { invocations, starts, startMs, billedMs } = cost;
  const besideMs = totals.fetchMs + totals.setupMs + totals.writeMs;
  // What is billed beyond the starts, the setups and the calls.
  const overheadMs = Math.max(0, billedMs - startMs - totals.setupMs - (workerMs - besideMs));
  return {
    callMs: notNegative(confidence(counted.map(({ runMs }) => runMs))),
    measured: counted.length,
    cpuMs: totals.cpuMs / calls,
    startMs: starts > 0 ? startMs / starts : undefined,
    shardMs: invocations > 0 ? overheadMs / invocations : (totals.fetchMs + totals.writeMs) / shards,
    setupMs: setups.length > 0 ? totals.setupMs / setups.length : 0,
    resultBytes: requests.hostBytes / calls,
  };
}

/**
 * What calls take on a worker of the backend that took so long in a process here: without the time in which they had no core, and with
 * the share of a core that a worker has. A core here is taken to be as fast as one there.
 */
export function onWorkers(measured: CallTimesKnown, report: JobReport, { billing }: BackendLimits): CallTimesKnown {
  const { sequentialMs, totals } = report;
  const isPlatform = billing !== "nobody";
  const undisturbed = totals.runMs > 0 ? sequentialMs / totals.runMs : 1;
  const computing = sequentialMs > 0 ? Math.min(1, totals.cpuMs / sequentialMs) : 0;
  const slower = typeof billing === "object" ? Math.max(1, ONE_CORE_MB / billing.memoryMb) : 1;
  const factor = undisturbed * (1 - computing + computing * slower);
  const { mean, low, high } = measured.callMs;
  const callMs = { mean: mean * factor, low: low * factor, high: high * factor };
  // Starts and shards of a process here tell nothing of those there.
  return { ...measured, ...(isPlatform && { startMs: undefined, shardMs: undefined }), callMs };
}

/** Of so many inputs: one whose call comes first and does not count, and others from the first to the last. */
export function spread(samples: number, inputs: number): number[] {
  const most = Math.min(samples, inputs);
  const step = (inputs - 1) / Math.max(1, most - 1);
  return [0, ...Array.from({ length: most }, (_, i) => Math.round(i * step))];
}

function notNegative({ mean, low, high }: Interval): Interval {
  return { mean, low: Math.max(0, low), high };
}
