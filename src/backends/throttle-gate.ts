/** Lets shards through to a platform, as many at once as it takes: fewer when it throttles, and more again when it does not. */
import { unlessAborted } from "../util/abort.js";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";
import { WorkerRefusal } from "./backend.js";

/** First pause before more shards are tried after a throttle, ms; it doubles while they are throttled, too. */
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5 * SECOND_MS;

/** Longest that a platform is believed when it names a time to wait, ms. */
const MAX_RETRY_AFTER_MS = MINUTE_MS;

/** Part by which the room grows at each try: from 10 to 1,000 shards in some 50 tries, as fast as AWS Lambda starts workers. */
const GROWTH = 0.1;

/** Time without any throttle after which it is forgotten, ms: platforms grant more workers within seconds. */
const FORGET_MS = 10 * SECOND_MS;

interface Waiting {
  start(): void;
  fail(error: unknown): void;
}

export class Gate {
  readonly #max: number;
  readonly #maxThrottleMs: number;
  readonly #waiting: Waiting[] = [];
  #open = 0;
  /** Shards that may be open at once, as far as is known. */
  #room: number;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #throttledAt = -Infinity;
  /** When the platform may be asked again, if it named a time. */
  #notBefore = -Infinity;
  /** What the platform said last. */
  #why = "";
  /** Whether any was throttled since more were tried the last time. */
  #isThrottled = false;
  /** Since when nothing at all came through, ms; undefined while something does. */
  #starvedSince: number | undefined;
  /** Whether all that waited failed then. */
  #isGivenUp = false;

  /** @param limits.max open at once; @param limits.maxThrottleMs time for which the platform may take nothing at all */
  constructor(limits: { max: number; maxThrottleMs: number }) {
    this.#max = limits.max;
    this.#maxThrottleMs = limits.maxThrottleMs;
    this.#room = limits.max;
  }

  /** Whether who enters now would have to wait. */
  get isFull(): boolean {
    return this.#open >= this.#room || this.#waiting.length > 0;
  }

  /**
   * Resolves once there is room; `leave` or `throttle` must follow. Rejects with the signal's reason, and with
   * `WorkerRefusal` when nothing came through for too long.
   */
  enter(signal: AbortSignal, isBack = false): Promise<void> {
    if (performance.now() - this.#throttledAt > FORGET_MS) this.#forget();
    // Patience is that of a job, and not of each shard that the host hands over in place of one that failed.
    else if (this.#isGivenUp) return Promise.reject(this.#refusal());
    return unlessAborted<void>(signal, (start, fail) => {
      const waiting: Waiting = { start, fail };
      if (isBack) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#serve();
      return () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        this.#serve();
      };
    });
  }

  /** One that had entered came to an end; it `ran` unless the platform failed. */
  leave(ran: boolean): void {
    this.#open--;
    if (ran) {
      this.#starvedSince = undefined;
      this.#isGivenUp = false;
    }
    this.#serve();
  }

  /** One that had entered was throttled: there is room for those that are still open. It may enter again. */
  throttle(why: string, retryAfterMs = 0): void {
    this.#open--;
    this.#room = Math.min(this.#room, this.#open);
    this.#why = why;
    this.#throttledAt = performance.now();
    this.#notBefore = this.#throttledAt + Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
    this.#isThrottled = true;
    this.#starvedSince ??= this.#throttledAt;
  }

  /** All that was throttled, where nobody was for long. */
  #forget(): void {
    this.#room = this.#max;
    if (this.#waiting.length > 0 || this.#open > 0) return;
    this.#starvedSince = undefined;
    this.#isGivenUp = false;
  }

  #serve(): void {
    while (this.#open < this.#room && this.#waiting.length > 0) {
      this.#open++;
      (this.#waiting.shift() as Waiting).start();
    }
    if (this.#waiting.length > 0 && this.#room < this.#max) this.#tryMoreLater();
    else this.#stopTrying();
  }

  /** At a random time, so that many hosts that were throttled together do not come back together. */
  #tryMoreLater(): void {
    if (this.#timer) return;
    const atLeastMs = Math.max(0, this.#notBefore - performance.now());
    this.#timer = setTimeout(() => this.#tryMore(), atLeastMs + Math.random() * this.#pauseMs);
  }

  /** A timer that nobody waits for must not keep the process alive. */
  #stopTrying(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tryMore(): void {
    this.#timer = undefined;
    if (this.#isStarved()) this.#failAll();
    else if (performance.now() >= this.#notBefore) this.#widen();
    this.#serve();
  }

  #widen(): void {
    this.#pauseMs = this.#isThrottled ? Math.min(MAX_PAUSE_MS, this.#pauseMs * 2) : FIRST_PAUSE_MS;
    this.#isThrottled = false;
    this.#room = Math.min(this.#max, this.#room + Math.max(1, Math.floor(this.#room * GROWTH)));
  }

  #isStarved(): boolean {
    const since = this.#starvedSince;
    return since !== undefined && this.#open === 0 && performance.now() - since >= this.#maxThrottleMs;
  }

  #failAll(): void {
    this.#isGivenUp = true;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(this.#refusal());
  }

  #refusal(): WorkerRefusal {
    const seconds = Math.round((performance.now() - (this.#starvedSince as number)) / 1000);
    const message = `${this.#why} No invocation was accepted for ${seconds} s (option maxThrottleMs: ${this.#maxThrottleMs}).`;
    return new WorkerRefusal("invoke", message, { transient: false });
  }
}
