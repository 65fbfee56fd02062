/**
 * A small job does not wait for the end of another one's long shard: a worker of a job that has had much more worker time
 * is asked to stop between two calls. What it has done is stored then, and what it has not waits its turn.
 */
import type { WorkerTimes } from "./worker-times.js";

/** Time that shards wait before somebody is asked, ms. A worker that is about to be free need not be. */
const WAIT_MS = 50;

/** How much more time a job must have had: for less, jobs of one size would take turns all the time. */
const TIMES_MORE = 2;
const MORE_MS = 200;

/** A shard that runs. */
export interface Turn {
  jobId: string;
  /** Asks for its end; is called once. */
  end(): void;
}

export class Turns {
  readonly #times: WorkerTimes;
  readonly #waiting: () => readonly { jobId: string }[];
  readonly #running = new Set<Turn>();
  #timer: NodeJS.Timeout | undefined;

  /** @param waiting the shards that wait for a worker */
  constructor(times: WorkerTimes, waiting: () => readonly { jobId: string }[]) {
    this.#times = times;
    this.#waiting = waiting;
  }

  /** The shard begins. Returns what is to be called when it has ended. */
  start(turn: Turn): () => void {
    this.#running.add(turn);
    return () => void this.#running.delete(turn);
  }

  /** To be called when a shard finds no worker. */
  watch(): void {
    this.#timer ??= setTimeout(() => this.#look(), WAIT_MS).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const waiting = this.#waiting();
    if (waiting.length === 0) return;
    const turn = this.#longest(TIMES_MORE * this.#times.of(this.#times.least(waiting)) + MORE_MS);
    if (turn) {
      this.#running.delete(turn);
      turn.end();
    }
    this.watch();
  }

  /** One of the job that has had the most time, if that is more than the limit. */
  #longest(limitMs: number): Turn | undefined {
    let longest: { turn: Turn; ms: number } | undefined;
    for (const turn of this.#running) {
      const ms = this.#times.of(turn.jobId);
      if (ms > (longest?.ms ?? limitMs)) longest = { turn, ms };
    }
    return longest?.turn;
  }
}
