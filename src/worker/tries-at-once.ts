/** The tries at a call that runs beside others: no watchdog can end it alone, so it is given up here when it overruns its time. */
import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as pause } from "node:timers/promises";
import { onAbort } from "../util/abort.js";
import { isInstance } from "../util/is-instance.js";
import type { ShardContext } from "./call-context.js";
import type { CallScope } from "./call-scopes.js";
import type { Pace } from "./pace.js";
import type { ShardRun } from "./shard-run.js";
import { Overrun, type Tries } from "./tries.js";
import { runUserCode } from "./user-code.js";

/** Time that a call gets to heed its signal once it was given up, ms. */
const HEED_MS = 100;

/** A timer that is so much late, ms, was so because something kept the thread busy. */
const LATE_MS = 50;

/** Taken at load: the user's function may replace it. */
const now = performance.now.bind(performance);

/** Told as calls begin and end, so that a watchdog knows what runs. */
export interface TriesWatch {
  /** @param entered the call whose function is about to be called */
  onChange(entered?: CallScope): void;
}

export class TriesAtOnce implements Tries {
  readonly isBeside = true;
  isAbandoned = false;
  readonly #shard: ShardRun;
  readonly #scope: CallScope;
  readonly #pace: Pace | undefined;
  readonly #watch: TriesWatch;
  #context: OwnContext;
  #retry = 0;

  constructor(shard: ShardRun, scope: CallScope, pace: Pace | undefined, watch: TriesWatch) {
    this.#shard = shard;
    this.#scope = scope;
    this.#pace = pace;
    this.#watch = watch;
    this.#context = new OwnContext(shard.context);
  }

  get context(): ShardContext {
    return this.#context;
  }

  begin(_index: number, retry: number): void {
    this.#context = new OwnContext(this.#shard.context);
    this.#retry = retry;
  }

  async during<T>(body: () => Promise<T>): Promise<T> {
    const scope = this.#scope;
    const { request, runtime } = this.#shard;
    const { timeoutMs } = request;
    runtime.scopes.begin(scope, this.#retry);
    let run!: Promise<T>;
    const enter = () => {
      run = this.#enter(body);
      return run;
    };
    const ended = runUserCode(runtime, enter, { owner: scope });
    try {
      return await (timeoutMs === undefined ? ended : inTime(ended, timeoutMs, (lateMs) => this.#postpone(lateMs)));
    } catch (error) {
      if (isInstance(error, Overrun)) await this.#giveUp(run, timeoutMs as number);
      throw error;
    } finally {
      this.#context.release();
      runtime.scopes.end(scope);
      this.#watch.onChange();
    }
  }

  async next(pauseMs: number): Promise<void> {
    if (pauseMs > 0) await pause(pauseMs);
    await this.#pace?.turn();
  }

  /** Until the function returns its promise, whatever blocks the thread is its doing. */
  #enter<T>(body: () => Promise<T>): Promise<T> {
    this.#watch.onChange(this.#scope);
    const run = body();
    this.#watch.onChange();
    return run;
  }

  #postpone(lateMs: number): void {
    this.#scope.startedAt += lateMs;
    this.#watch.onChange();
  }

  async #giveUp(run: Promise<unknown>, timeoutMs: number): Promise<void> {
    // What it does from now on is no error of it any more.
    this.#scope.fail = undefined;
    this.#shard.runtime.scopes.end(this.#scope);
    this.#watch.onChange();
    this.#context.abort(new DOMException(`The call ran for more than ${timeoutMs} ms.`, "TimeoutError"));
    const isHeeded = run.then(
      () => true,
      () => true,
    );
    this.isAbandoned = !(await Promise.race([isHeeded, pause(HEED_MS, false)]));
  }
}

/** As the shard's, but with a signal that can be aborted for this call alone. Made on first use, as that is. */
class OwnContext implements ShardContext {
  readonly store: ShardContext["store"];
  readonly timeoutMs: ShardContext["timeoutMs"];
  readonly traceparent: ShardContext["traceparent"];
  readonly #shard: ShardContext;
  #controller: AbortController | undefined;
  #stop = () => {};

  constructor(shard: ShardContext) {
    this.store = shard.store;
    this.timeoutMs = shard.timeoutMs;
    this.traceparent = shard.traceparent;
    this.#shard = shard;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#stop = onAbort(this.#shard.signal, (reason) => controller.abort(reason));
    }
    return this.#controller.signal;
  }

  executor(): unknown {
    return this.#shard.executor();
  }

  abort(reason: unknown): void {
    // Made now where the call never looked at it, so that a late look finds it aborted.
    void this.signal;
    this.#controller?.abort(reason);
  }

  release(): void {
    this.#stop();
  }
}

/**
 * Rejects with `Overrun` when the time is over first. Time for which another call has kept the thread busy in the end is not
 * counted: what the call waits for may be there.
 *
 * @param onLate called with such time, ms
 */
function inTime<T>(running: Promise<T>, timeoutMs: number, onLate: (lateMs: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const wait = (ms: number) => {
      const dueAt = now() + ms;
      timer = setTimeout(() => {
        const lateMs = now() - dueAt;
        if (lateMs < LATE_MS) return reject(new Overrun());
        onLate(lateMs);
        wait(Math.min(lateMs, timeoutMs));
      }, ms);
    };
    wait(timeoutMs);
    running.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
