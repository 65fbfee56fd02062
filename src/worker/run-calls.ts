/** Runs the calls of a shard, one after the other. */
import { setTimeout as pause } from "node:timers/promises";
import type { CallResult, ShardResult } from "../wire/result.js";
import type { ShardContext } from "./call-context.js";
import { type Pace, paceOf } from "./pace.js";
import { runCall } from "./run-call.js";
import type { Ran, ShardRun } from "./shard-run.js";
import type { Tries } from "./tries.js";
import { runUserCode } from "./user-code.js";

export async function runCalls(shard: ShardRun): Promise<Ran> {
  const { request, job, classes, startedAt, runtime } = shard;
  const calls: CallResult[] = [];
  const output: ShardResult["output"] = {};
  const origin = startedAt - performance.timeOrigin;
  const pace = paceOf(request);
  const tries = new LoneTries(shard, pace);
  // The first one may always begin, so that something is done in each turn.
  const isOver = () => calls.length > 0 && (runtime.isTurnOver?.() ?? false);
  for (const input of shard.inputs) {
    if (pace) await waitFor(pace, shard, isOver);
    if (isOver()) break;
    shard.beforeCall();
    const index = request.shard.first + calls.length;
    runtime.output.start();
    const outcome = await runCall({ index, input, request, job, classes, tries, origin, meter: runtime.meter });
    const written = runtime.output.finish();
    if (written) output[calls.length] = written;
    if (outcome) calls.push(outcome);
  }
  runtime.onCallsEnd?.();
  runtime.meter.flush();
  return { calls, output };
}

async function waitFor(pace: Pace, { runtime, beforeCall }: ShardRun, isOver: () => boolean): Promise<void> {
  // No call runs meanwhile, by which a watchdog could be alarmed.
  runtime.onCallsEnd?.();
  await pace.turn(() => {
    beforeCall();
    return isOver();
  });
}

/** A watchdog ends the worker when one of them overruns its time, so that none has to be given up here. */
class LoneTries implements Tries {
  readonly isBeside = false;
  readonly isAbandoned = false;
  readonly #shard: ShardRun;
  readonly #pace: Pace | undefined;

  constructor(shard: ShardRun, pace: Pace | undefined) {
    this.#shard = shard;
    this.#pace = pace;
  }

  get context(): ShardContext {
    return this.#shard.context;
  }

  begin(index: number, retry: number): void {
    const { runtime, request } = this.#shard;
    runtime.onCallStart?.(index, request.timeoutMs, retry);
  }

  during<T>(body: () => Promise<T>): Promise<T> {
    return runUserCode(this.#shard.runtime, body);
  }

  async next(pauseMs: number): Promise<void> {
    this.#shard.runtime.onCallsEnd?.();
    if (pauseMs > 0) await pause(pauseMs);
    await this.#pace?.turn();
  }
}
