/** Runs a job's setups on this worker, once, before the job's first call here. */

import { setTimeout as pause } from "node:timers/promises";
import type { Program } from "../capture/rebuild/rebuild.js";
import type { CallOutput } from "../errors.js";
import { RecentMap } from "../util/recent-map.js";
import { retryPauseMs } from "../wire/limits.js";
import type { ShardRequest } from "../wire/messages.js";
import type { SetupRun } from "../wire/result.js";
import { setupKeyOf } from "../wire/setup-key.js";
import type { Thrown } from "../wire/thrown.js";
import type { BuiltIns } from "./built-ins.js";
import { thrownOf } from "./encode-thrown.js";
import type { OutputCapture } from "./output.js";
import type { UncaughtErrors } from "./uncaught-errors.js";
import { UnfitWorker } from "./unfit-worker.js";
import { runUserCode } from "./user-code.js";

/** Jobs of which is remembered, for each prepared function, that their setup ran. A worker runs few at once. */
const MAX_JOBS = 1000;

/** A function that is ready to run, and the setups that go before it: they were given the same packages. */
export interface PreparedJob {
  program: Program;
  setups: readonly Program[];
  /** The functions beside it, by their digests: what is asked about errors, what makes text of values, what divides and reduces pairs. */
  helpers: ReadonlyMap<string, Program>;
  /** Jobs for which the setups have run. */
  readonly setUpFor: RecentMap<string, true>;
}

export function helperOf({ helpers }: Pick<PreparedJob, "helpers">, digest: string): Program {
  return helpers.get(digest) as Program;
}

export function newSetUpFor(): PreparedJob["setUpFor"] {
  return new RecentMap(MAX_JOBS);
}

/** What setups need of the worker. */
export interface SetupHost {
  output: OutputCapture;
  uncaught: UncaughtErrors;
  builtIns: BuiltIns;
  /** Called before each try at the setups, so that the entry can watch how long they run. */
  onSetupStart?(timeoutMs: number | undefined): void;
  onSetupEnd?(): void;
}

/** What became of the setups. */
export interface SetupEnd {
  run: SetupRun;
  /** Undefined when they succeeded. */
  failure: { thrown: Thrown; output: CallOutput | undefined } | undefined;
}

export class Setups {
  #key = "";
  #hasFailed = false;

  /** Whether one failed half way: nobody knows then what is in effect in this process. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Throws `UnfitWorker`. */
  checkFit(request: ShardRequest): void {
    if (this.#key !== "" && this.#key !== setupKeyOf(request))
      throw new UnfitWorker("Another job's setup has run on this worker.");
  }

  /** Undefined when there is nothing to do. Never rejects: what a setup does short of ending the process is an outcome. */
  async run(job: PreparedJob, request: ShardRequest, host: SetupHost): Promise<SetupEnd | undefined> {
    if (job.setups.length === 0 || job.setUpFor.get(request.jobId)) return undefined;
    this.#key = setupKeyOf(request);
    const started = performance.now();
    for (let retry = 0; ; retry++) {
      const { failure, output } = await trySetups(job, request, host);
      if (failure && retry < request.retries.limit) {
        await pause(retryPauseMs(request.retries, retry));
        continue;
      }
      const run = { ms: performance.now() - started, ...(output && { output }) };
      if (failure) this.#hasFailed = true;
      else job.setUpFor.set(request.jobId, true);
      return { run, failure: failure && { thrown: failure, output } };
    }
  }
}

/** One after the other; `timeoutMs` limits them all together. */
async function trySetups(
  { setups }: PreparedJob,
  { timeoutMs }: ShardRequest,
  host: SetupHost,
): Promise<{ failure: Thrown | undefined; output: CallOutput | undefined }> {
  host.output.start();
  host.onSetupStart?.(timeoutMs);
  let failure: Thrown | undefined;
  try {
    for (const setup of setups) await runUserCode(host, async () => setup.instantiate().fn(), { isSetup: true });
  } catch (thrown) {
    failure = thrownOf(thrown, undefined);
  } finally {
    host.onSetupEnd?.();
  }
  return { failure, output: host.output.finish() };
}
