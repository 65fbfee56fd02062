/**
 * Copies of shards that lag: when nothing waits any more, a shard that takes far longer than its siblings did is handed to
 * an idle worker as well, since its own may be slow (Dean and Ghemawat, "MapReduce", 2004, backup tasks). Whichever stores
 * its result first has won, and the other is ended. Where there are several places, an idle one need not wait for one that is slower,
 * or takes nothing: `host/gain.ts` says when a copy there is first, as far as is known.
 */
import type { OnHeld, Place, Places } from "../backends/backend.js";
import { following } from "../util/abort.js";
import { monotonicMs } from "../util/time.js";
import { roundsOf } from "../wire/limits.js";
import type { Answer } from "../wire/messages.js";
import { gains, UsualTimes } from "./gain.js";
import type { JobRun, Task } from "./job-run.js";

/** Time between two looks, ms. */
const LOOK_MS = 50;

/** A shard lags when it takes so many times as long as its siblings took in the middle, and so much longer, ms. */
const TIMES_LONGER = 3;
const LONGER_MS = 400;

/** Siblings that must have ended for each that has not, and in all: of fewer, nobody knows what is long. */
const ENDED_PER_RUNNING = 3;
const MIN_ENDED = 3;

/** Who wants to know of an attempt. */
export interface AttemptWatch {
  /** Told where it goes, once there is room. */
  onPlace?: ((place: Place) => void) | undefined;
  onHeld?: OnHeld | undefined;
  /** Where it must not go. */
  not?: ReadonlySet<Place> | undefined;
  isCopy?: boolean | undefined;
}

type Invoke = (task: Task, signal: AbortSignal, watch: AttemptWatch) => Promise<Answer | undefined>;

interface Running {
  task: Task;
  /** Undefined while it waits for room. */
  place: Place | undefined;
  /** When it went there. */
  enteredAt: number;
  /** When the platform has taken it, as far as is known. */
  since: number;
  /** Whether it waits for the platform to take it. */
  isHeld: boolean;
  startCopy(not: ReadonlySet<Place>): void;
}

export class Speculation {
  readonly #invoke: Invoke;
  readonly #signal: AbortSignal;
  readonly #places: Pick<Places, "all" | "next">;
  readonly #idleWorkers: () => number;
  readonly #copies: JobRun["copies"];
  /** Those that have no copy. */
  readonly #running = new Set<Running>();
  readonly #usual = new UsualTimes();
  readonly #concurrentCalls: number;
  /** When the first sibling ended: until then, all of them may wait for their workers to start. */
  #firstEnd = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param idleWorkers how many workers the job could have, and has nothing for */
  constructor(
    run: Pick<JobRun, "signal" | "copies" | "settings">,
    invoke: Invoke,
    places: Pick<Places, "all" | "next">,
    idleWorkers: () => number,
  ) {
    this.#invoke = invoke;
    this.#signal = run.signal;
    this.#places = places;
    this.#idleWorkers = idleWorkers;
    this.#copies = run.copies;
    this.#concurrentCalls = run.settings.concurrentCalls;
  }

  /** As `invoke`, with a copy where the shard lags: then it settles as the first of them that succeeds. */
  async run(task: Task): Promise<Answer | undefined> {
    const link = following(this.#signal);
    const tries: Promise<Answer | undefined>[] = [];
    let more: () => void = () => {};
    const at = monotonicMs();
    const running: Running = {
      task,
      place: undefined,
      enteredAt: at,
      since: at,
      isHeld: false,
      startCopy: (not) => {
        tries.push(this.#copy(task, link.signal, not));
        more();
      },
    };
    const onPlace = (place: Place) => {
      const enteredAt = monotonicMs();
      Object.assign(running, { place, enteredAt, since: enteredAt });
    };
    const onHeld = (isHeld: boolean) => Object.assign(running, { isHeld, since: monotonicMs() });
    tries.push(this.#invoke(task, link.signal, { onPlace, onHeld }));
    this.#running.add(running);
    this.#watch();
    try {
      return await firstOf(tries, (whenMore) => {
        more = whenMore;
      });
    } finally {
      this.#running.delete(running);
      link.end();
      if (tries.length === 1) this.#note(running);
      this.#watch();
    }
  }

  #roundsOf({ shard }: Task): number {
    return roundsOf(shard, this.#concurrentCalls);
  }

  #note({ task, place, since }: Running): void {
    const at = monotonicMs();
    if (this.#usual.count === 0) this.#firstEnd = at;
    this.#usual.add((at - since) / this.#roundsOf(task), place);
  }

  /**
   * Looks from time to time while it is known what is long, which a shard that ends makes known, or while other places may be free. Of thousands of
   * small jobs at once, none looks.
   */
  #watch(): void {
    if (this.#running.size === 0 || !(this.#isUsualKnown || this.#places.all.length > 1)) return;
    this.#timer ??= setTimeout(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    this.#timer = undefined;
    this.#watch();
    if (!this.#timer) return;
    if (this.#places.all.length > 1) this.#copyElsewhere();
    this.#copyLaggards();
  }

  /** Whether it is known what is long. */
  get #isUsualKnown(): boolean {
    return this.#usual.count >= Math.max(MIN_ENDED, ENDED_PER_RUNNING * this.#running.size);
  }

  /** What waits for a place, or will be longer there than at an idle one. */
  #copyElsewhere(): void {
    const at = monotonicMs();
    for (const running of [...this.#running]) {
      if (this.#idleWorkers() <= 0) return;
      const { place, task, isHeld, enteredAt } = running;
      const not = place && new Set([...task.failedAt, place]);
      const other = not && this.#places.next(not);
      if (!other) continue;
      const times = { own: this.#usual.at(place), other: this.#usual.at(other), rounds: this.#roundsOf(task) };
      if (isHeld || gains({ ...times, elapsedMs: at - enteredAt })) this.#startCopy(running, not);
    }
  }

  #copyLaggards(): void {
    // A copy would only take the place of what waits itself.
    if ([...this.#running].some(({ isHeld }) => isHeld)) return;
    if (this.#idleWorkers() <= 0 || !this.#isUsualKnown) return;
    for (const running of [...this.#running]) {
      if (this.#idleWorkers() <= 0) return;
      const ms = monotonicMs() - Math.max(running.since, this.#firstEnd);
      const usualMs = this.#usualOf(running);
      if (usualMs === undefined || !lags(ms, usualMs * this.#roundsOf(running.task))) continue;
      // Elsewhere where there is room: what slows it down may be its place.
      const not = new Set(running.place ? [running.place] : []);
      this.#startCopy(running, this.#places.next(not) ? not : new Set());
    }
  }

  /** Of its siblings at the same place; undefined where none is known. */
  #usualOf({ place }: Running): number | undefined {
    return place && this.#places.all.length > 1 ? this.#usual.at(place) : this.#usual.all;
  }

  #startCopy(running: Running, not: ReadonlySet<Place>): void {
    this.#running.delete(running);
    running.startCopy(not);
  }

  async #copy(task: Task, signal: AbortSignal, not: ReadonlySet<Place>): Promise<Answer | undefined> {
    task.attempt++;
    this.#copies.started++;
    const answer = await this.#invoke(task, signal, { not, isCopy: true });
    if (!signal.aborted) this.#copies.won++;
    return answer;
  }
}

function lags(ms: number, usualMs: number): boolean {
  return ms > Math.max(TIMES_LONGER * usualMs, usualMs + LONGER_MS);
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
