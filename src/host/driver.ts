/**
 * A job has a driver, the host that hands its shards to a backend. The driver gives a sign in the store as long as it lives,
 * so that a follower may take over from one that has died. Two at once cost double work and nothing else.
 */
import { randomUUID } from "node:crypto";
import type { CancelledError } from "../errors.js";
import { driverKey } from "../wire/keys.js";
import { cancellationOf } from "./cancellation.js";
import { Dispatcher } from "./dispatcher.js";
import type { JobRun, Task } from "./job-run.js";
import type { ResultReader } from "./result-reader.js";

/**
 * Runs the tasks to their ends, and those of a stream as they come. Never rejects.
 *
 * @param feed hands more tasks to the dispatcher, and tells it when there will be no others
 * @param onCancelled called when another host has cancelled the job
 */
export async function drive(
  run: JobRun,
  reader: ResultReader,
  tasks: readonly Task[],
  onCancelled: (reason: CancelledError) => void,
  feed?: (dispatcher: Dispatcher) => Promise<void>,
): Promise<void> {
  // Nobody but its own executor knows of a temporary store.
  const stop = run.store.descriptor.temporary === true ? () => {} : giveSigns(run, onCancelled);
  try {
    const dispatcher = new Dispatcher(run, reader, tasks, feed !== undefined);
    await Promise.all([dispatcher.done, feed?.(dispatcher)]);
  } finally {
    stop();
  }
}

/** Gives signs until the returned function is called. */
function giveSigns(run: JobRun, onCancelled: (reason: CancelledError) => void): () => void {
  const host = randomUUID();
  let count = 0;
  let isBusy = false;
  const give = async () => {
    if (isBusy || run.signal.aborted) return;
    isBusy = true;
    try {
      await run.store.put(driverKey(run.jobId), Buffer.from(JSON.stringify({ host, count: ++count })));
      const cancelled = await cancellationOf(run);
      if (cancelled) onCancelled(cancelled);
    } catch {
      // A sign that is missing makes another host drive as well, at worst.
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void give(), run.driverTimes.signMs).unref();
  return () => clearInterval(timer);
}

type WatchedRun = Pick<JobRun, "store" | "jobId" | "driverTimes">;

/** Judges whether a job still has a driver, by the looks of one that follows it and not by any clock. */
export class DriverWatch {
  readonly #run: WatchedRun;
  #last: string | undefined;
  #unchangedMs = 0;
  #sinceLookMs = 0;

  constructor(run: WatchedRun) {
    this.#run = run;
  }

  /** @param passedMs time since the call before */
  async isGone(passedMs: number): Promise<boolean> {
    const { store, jobId, driverTimes } = this.#run;
    this.#sinceLookMs += passedMs;
    if (this.#sinceLookMs < driverTimes.signMs) return false;
    const sign = Buffer.from((await store.get(driverKey(jobId))) ?? []).toString();
    this.#unchangedMs = sign === this.#last ? this.#unchangedMs + this.#sinceLookMs : 0;
    this.#sinceLookMs = 0;
    this.#last = sign;
    return this.#unchangedMs >= driverTimes.goneMs;
  }
}
