/** Time for which each job has had workers, so that a small job need not wait behind a large one. */
import { RecentMap } from "../../util/recent-map.js";
import { monotonicMs } from "../../util/time.js";

/** Jobs that are remembered; one that was forgotten counts as new. */
const MAX_JOBS = 1000;

interface JobTime {
  /** Of shards that have ended, ms. */
  endedMs: number;
  /** When those that run began. */
  running: Set<{ since: number }>;
}

export class WorkerTimes {
  readonly #jobs = new RecentMap<string, JobTime>(MAX_JOBS);

  /** A shard of the job begins. Returns what is to be called when it ends. */
  start(jobId: string): () => void {
    const time = this.#jobs.getOrMake(jobId, () => ({ endedMs: 0, running: new Set() }));
    const shard = { since: monotonicMs() };
    time.running.add(shard);
    return () => {
      time.running.delete(shard);
      time.endedMs += monotonicMs() - shard.since;
    };
  }

  /** The job with the least time so far of those that wait; the first of those with equal times. */
  least(waiting: Iterable<{ jobId: string }>): string {
    let least: { jobId: string; ms: number } | undefined;
    for (const { jobId } of waiting) {
      if (jobId === least?.jobId) continue;
      const ms = this.of(jobId);
      if (!least || ms < least.ms) least = { jobId, ms };
      // Thousands of small jobs may wait, and nothing is less than nothing.
      if (ms === 0) break;
    }
    return (least as { jobId: string }).jobId;
  }

  /** Time that the job has had so far, that of shards under way included, ms. */
  of(jobId: string): number {
    const time = this.#jobs.get(jobId);
    let ms = time?.endedMs ?? 0;
    for (const { since } of time?.running ?? []) ms += monotonicMs() - since;
    return ms;
  }
}
