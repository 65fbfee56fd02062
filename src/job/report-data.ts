/** A report as data for the page and the plots. */
import type { ReportData, Timings } from "../view/report-data.js";
import { type PlaceShare, placesTold } from "./place-shares.js";
import { crowding, factsOf, type ReportedNumbers } from "./report-facts.js";
import type { ShardTimes } from "./shard-times.js";

const US_PER_MS = 1000;

/** What is known of a job beside its times. */
export type JobDetails = Pick<ReportData, "total" | "done" | "failed" | "isOver" | "isLeft" | "failures" | "previews">;

/** What is to be drawn: the numbers of a report, and the shards that they come from. */
export interface ReportedTimes extends ReportedNumbers {
  jobId: string;
  functionName: string;
  submittedAt: number;
  shardTimes: readonly ShardTimes[];
  places?: readonly PlaceShare[];
}

/** @param details undefined where plots alone are drawn */
export function reportData(report: ReportedTimes, details?: JobDetails): ReportData {
  const { jobId, functionName, submittedAt, wallMs, sequentialMs, workersAtOnce, totals, calls, failed } = report;
  return {
    jobId,
    functionName,
    submittedAt,
    wallMs,
    workersAtOnce,
    workShare: totals.runMs > 0 ? sequentialMs / totals.runMs : 0,
    facts: factsOf(report),
    notes: [...crowding(report), ...placesTold(report.places ?? [])],
    ...timingsOf(report.shardTimes, submittedAt),
    ...(details ?? { total: calls, done: calls, failed, isOver: true, isLeft: false, failures: [], previews: [] }),
  };
}

export function timingsOf(shardTimes: readonly ShardTimes[], submittedAt: number): Timings {
  const workers = new Map<string, number>();
  const timings = emptyTimings();
  for (const times of shardTimes) {
    const worker = workers.get(times.worker) ?? workers.size;
    workers.set(times.worker, worker);
    addShard(timings, times, { worker, submittedAt });
  }
  return { ...timings, workers: [...workers.keys()] };
}

function emptyTimings(): Timings {
  return {
    workers: [],
    shards: { name: [], worker: [], first: [], calls: [], started: [], stored: [], fetch: [], setup: [] },
    calls: { start: [], run: [], cpu: [], failed: [], tries: [] },
  };
}

function addShard(
  { shards, calls }: Timings,
  times: ShardTimes,
  { worker, submittedAt }: { worker: number; submittedAt: number },
): void {
  const place = calls.run.length;
  const sinceMap = (unixMs: number) => inUs(unixMs - submittedAt);
  shards.name.push(times.shard);
  shards.worker.push(worker);
  shards.first.push(times.first);
  shards.calls.push(times.runMs.length);
  shards.started.push(sinceMap(times.startedAt));
  shards.stored.push(sinceMap(times.storedAt));
  shards.fetch.push(inUs(times.fetchMs));
  shards.setup.push(inUs(times.setupMs));
  times.runMs.forEach((runMs, i) => {
    calls.start.push(inUs(times.callStartMs[i] as number));
    calls.run.push(inUs(runMs));
    calls.cpu.push(times.cpuMs ? inUs(times.cpuMs[i] as number) : null);
    if (times.ok[i] !== 1) calls.failed.push(place + i);
    if ((times.attempts[i] as number) > 1) calls.tries.push(place + i, times.attempts[i] as number);
  });
}

function inUs(ms: number): number {
  return Math.round(ms * US_PER_MS);
}
