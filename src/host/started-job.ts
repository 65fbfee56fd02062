/** What the executor holds of a job that runs, and how it is cancelled. */
import { getMaxListeners, setMaxListeners } from "node:events";
import type { Backend } from "../backends/backend.js";
import type { Caches } from "../cache/caches.js";
import type { ClassRegistry } from "../codec/classes.js";
import type { Prices } from "../cost/prices.js";
import { InvokeError, NodewrenError } from "../errors.js";
import type { Job } from "../job/job.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { Store } from "../stores/store.js";
import { onAbort } from "../util/abort.js";
import type { CallSite } from "../util/called.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import type { DriverTimes } from "./driver-times.js";
import type { EndedJobs, StoredObjects } from "./stored-objects.js";

/** What jobs of one executor share. */
export interface Binding {
  backend: Backend;
  store: Store;
  classes: ClassRegistry | undefined;
  /** Keys of payloads and broadcasts that were stored already. */
  stored: StoredObjects;
  caches: Caches;
  /** Removes what is left of jobs that have ended; undefined where the store stays. */
  endedJobs?: EndedJobs | undefined;
  driverTimes: DriverTimes;
  /** In place of those that are known here. */
  prices?: Partial<Prices> | undefined;
  /** Reduces the results of a job of this executor. */
  reduce(job: Job<unknown>, reduce: Function, options: object): Promise<unknown>;
  /** Where the user called what starts the job. */
  startedAt?: CallSite | undefined;
}

export interface StartedJob<R> {
  job: Job<R>;
  outcomes: CallOutcomes<R>;
  /** Ends what this executor has under way of the job. */
  close(why: string): void;
  /** Resolves when nothing of the job runs any more. Never rejects. */
  ended: Promise<void>;
}

/** Aborted when the job is to end; any number may listen to it. */
export function newController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

export function asNodewrenError(error: unknown): NodewrenError {
  if (isInstance(error, NodewrenError)) return error;
  return new InvokeError(`The job could not be started: ${textOf(error)}`, { cause: error });
}

/** Cancels the job when the user's own signal is aborted, until it has ended. */
export function followSignal(
  signal: AbortSignal | undefined,
  cancel: (why: string, cause: unknown) => void,
  ended: Promise<void>,
): void {
  if (!signal) return;
  // Many jobs may follow one signal; Node's warning of a leak is not meant for that.
  allowListeners(signal, 1);
  const stop = onAbort(signal, (reason) => cancel(`its signal was aborted: ${textOf(reason)}`, reason));
  void ended.then(() => {
    stop();
    allowListeners(signal, -1);
  });
}

function allowListeners(signal: AbortSignal, more: number): void {
  try {
    const allowed = getMaxListeners(signal);
    // 0 stands for any number.
    if (allowed > 0) setMaxListeners(allowed + more, signal);
  } catch {
    // Node 20 throws for a signal whose limit is 0; it needs none of this.
  }
}
