/**
 * Copies of shards that lag: when nothing waits any more, a shard that takes far longer than its siblings did is handed to
 * an idle worker as well, since its own may be slow (Dean and Ghemawat, "MapReduce", 2004, backup tasks). Whichever stores
 * its result first has won, and the other is ended.
 */
import type { OnHeld } from "../backends/backend.js";
import { following } from "../util/abort.js";
import { monotonicMs } from "../util/time.js";
import { roundsOf } from "../wire/limits.js";
import type { Answer } from "../wire/messages.js";
import type { JobRun, Task } from "./job-run.js";

/** Time between two looks, ms. */
const LOOK_MS = 50;

/** A shard lags when it takes so many times as long as its siblings took in the middle, and so much longer, ms. */
const TIMES_LONGER = 3;
const LONGER_MS = 400;

/** Siblings that must have ended for each that has not, and in all: of fewer, nobody knows what is long. */
const ENDED_PER_RUNNING = 3;
const MIN_ENDED = 3;

type Invoke = (task: Task, signal: AbortSignal, onHeld?: OnHeld) => Promise<Answer | undefined>;

interface Running {
  task: Task;
  /** When the platform has taken it, as far as is known. */
  since: number;
  /** Whether it waits for the platform to take it. */
  isHeld: boolean;
  startCopy(): void;
}

export class Speculation {
  readonly #invoke: Invoke;
  readonly #signal: AbortSignal;
  readonly #idleWorkers: () => number;
  readonly #copies: JobRun["copies"];
  /** Those that have no copy. */
  readonly #running = new Set<Running>();
  /** Time for each call, or for so many calls as run at once. */
  readonly #msPerRound: number[] = [];
  readonly #concurrentCalls: number;
  /** When the first sibling ended: until then, all of them may wait for their workers to start. */
  #firstEnd = 0;
  #copiesRunning = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleWorkers how many workers the job could have, and has nothing for */
  constructor(run: Pick<JobRun, "signal" | "copies" | "settings">, invoke: Invoke, idleWorkers: () => number) {
    this.#invoke = invoke;
    this.#signal = run.signal;
    this.#idleWorkers = idleWorkers;
    this.#copies = run.copies;
    this.#concurrentCalls = run.settings.concurrentCalls;
  }

  /** As `invoke`, with a copy where the shard lags: then it settles as the first of them that succeeds. */
  async run(task: Task): Promise<Answer | undefined> {
    const link = following(this.#signal);
    const tries: Promise<Answer | undefined>[] = [];
    let more: () => void = () => {};
    const running: Running = {
      task,
      since: monotonicMs(),
      isHeld: false,
      startCopy: () => {
        tries.push(this.#copy(task, link.signal));
        more();
      },
    };
    const onHeld = (isHeld: boolean) => Object.assign(running, { isHeld, since: monotonicMs() });
    tries.push(this.#invoke(task, link.signal, onHeld));
    this.#start(running);
    try {
      return await firstOf(tries, (whenMore) => {
        more = whenMore;
      });
    } finally {
      this.#running.delete(running);
      link.end();
      if (tries.length === 1) this.#note((monotonicMs() - running.since) / this.#roundsOf(task));
    }
  }

  #roundsOf({ shard }: Task): number {
    return roundsOf(shard, this.#concurrentCalls);
  }

  #note(msPerRound: number): void {
    if (this.#msPerRound.length === 0) this.#firstEnd = monotonicMs();
    this.#msPerRound.push(msPerRound);
  }

  #start(running: Running): void {
    this.#running.add(running);
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#running.size === 0) return;
    this.#timer = setTimeout(() => this.#look(), LOOK_MS).unref();
    const ended = this.#msPerRound.length;
    // A copy would only take the place of what waits itself.
    if ([...this.#running].some(({ isHeld }) => isHeld)) return;
    if (!this.#mayCopy || ended < Math.max(MIN_ENDED, ENDED_PER_RUNNING * this.#running.size)) return;
    const usualMs = medianOf(this.#msPerRound);
    for (const running of [...this.#running]) {
      if (!this.#mayCopy) return;
      const ms = monotonicMs() - Math.max(running.since, this.#firstEnd);
      if (lags(ms, usualMs * this.#roundsOf(running.task))) {
        this.#running.delete(running);
        running.startCopy();
      }
    }
  }

  get #mayCopy(): boolean {
    return this.#idleWorkers() > this.#copiesRunning;
  }

  async #copy(task: Task, signal: AbortSignal): Promise<Answer | undefined> {
    task.attempt++;
    this.#copies.started++;
    this.#copiesRunning++;
    try {
      const answer = await this.#invoke(task, signal);
      if (!signal.aborted) this.#copies.won++;
      return answer;
    } finally {
      this.#copiesRunning--;
    }
  }
}

function lags(ms: number, usualMs: number): boolean {
  return ms > Math.max(TIMES_LONGER * usualMs, usualMs + LONGER_MS);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/**
 * Resolves as the first that does; rejects as the first that did, once all have. Others may be added to the list meanwhile.
 *
 * @param onMore is given what is to be called when one was added
 */
function firstOf<T>(tries: readonly Promise<T>[], onMore: (whenMore: () => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let failed = 0;
    let first: { error: unknown } | undefined;
    const fail = (error: unknown) => {
      first ??= { error };
      if (++failed === tries.length) reject(first.error);
    };
    const watch = () => void tries.at(-1)?.then(resolve, fail);
    onMore(watch);
    watch();
  });
}
