/** Tells the watchdog thread which call runs since when, through memory that both share: it costs a call nanoseconds. */
import { monotonicMs as now } from "../../util/time.js";
import type { Running } from "../../wire/messages.js";

const NOTHING: Running = { index: null };

/** Calls that run at once in a process. */
export interface AtOnce {
  count: number;
  /** When the oldest of them began, by `monotonicMs`. */
  startedAt: number;
  timeoutMs: number | undefined;
  /** Index of the one whose function was called and has not returned yet, not even a promise; undefined: all of them wait. */
  entered: number | undefined;
}

const INDEX = 0;
const STARTED = 1;
const TIMEOUT = 2;
const BETWEEN_CALLS_SINCE = 3;
const SHARD_STARTED = 4;
const SHARD_ENDS = 5;
const SHARDS_TAKEN = 6;
const STUCK_AFTER = 7;
const RETRY = 8;
const AT_ONCE = 9;
const SLOTS = 10;

/** Values of the index while no call runs: nothing of the user's does, or the job's setup. */
const IDLE = -1;
const SETUP = -2;
const SEVERAL = -3;

/**
 * Of calls that run at once, the main thread itself gives up the one that overruns its time. Only when it has not done so for
 * this long, ms, it is blocked.
 */
const BLOCKED_MS = 1000;

/**
 * Longest time that a shard may spend outside of its calls, to fetch, prepare and store, ms, besides waiting for its store. A function that replaced
 * what the worker needs may have made it unable to go on.
 */
const STUCK_MS = 120_000;

export class CallClock {
  /**
   * Index of the running call, -1, or -2 while the setup runs; the time of its start, its time limit (0: none), and the
   * time since which a shard is under way but no call runs (0: there is no shard, or a call runs). Then the times of the
   * shard's start, and of its end by force (0: it may take any time), the number of shards taken so far, the time after which a shard that runs no call is stuck, how often the running call was tried again, and how many
   * calls run where several may at once (0: only one may). Then the index is that of the call that has the main thread for itself,
   * or -3, and the start is that of the oldest. All times
   * are those of a clock that only goes forward, in ms.
   */
  readonly memory: Float64Array;

  constructor(memory?: Float64Array) {
    this.memory =
      memory ?? new Float64Array(new SharedArrayBuffer(SLOTS * Float64Array.BYTES_PER_ELEMENT)).fill(IDLE, 0, 1);
  }

  /**
   * @param limitMs time after which the shard must not go on; undefined: none
   * @param patienceMs time for which it may wait for its store
   */
  startShard(limitMs?: number, patienceMs = 0): void {
    const started = now();
    this.memory[STUCK_AFTER] = STUCK_MS + 2 * patienceMs;
    this.memory[SHARDS_TAKEN] = this.shardsTaken + 1;
    this.memory[SHARD_STARTED] = started;
    this.memory[SHARD_ENDS] = limitMs === undefined ? 0 : started + limitMs;
    this.memory[BETWEEN_CALLS_SINCE] = started;
  }

  /** @param retry tries at the call before on this worker */
  startCall(index: number, timeoutMs: number | undefined, retry = 0): void {
    this.memory[AT_ONCE] = 0;
    this.memory[RETRY] = retry;
    this.memory[STARTED] = now();
    this.memory[TIMEOUT] = timeoutMs ?? 0;
    this.memory[BETWEEN_CALLS_SINCE] = 0;
    this.memory[INDEX] = index;
  }

  /** Some calls run at once: these, from now on. */
  runAtOnce({ count, startedAt, timeoutMs, entered }: AtOnce): void {
    this.memory[AT_ONCE] = count;
    this.memory[RETRY] = 0;
    this.memory[STARTED] = startedAt;
    this.memory[TIMEOUT] = timeoutMs === undefined ? 0 : timeoutMs + BLOCKED_MS;
    this.memory[BETWEEN_CALLS_SINCE] = 0;
    this.memory[INDEX] = entered ?? SEVERAL;
  }

  /** To the watchdog it is a call like any other, but one without an index. */
  startSetup(timeoutMs: number | undefined): void {
    this.startCall(SETUP, timeoutMs);
  }

  endCalls(): void {
    this.memory[INDEX] = IDLE;
    this.memory[BETWEEN_CALLS_SINCE] = now();
  }

  endShard(): void {
    this.memory[INDEX] = IDLE;
    this.memory[SHARD_ENDS] = 0;
    this.memory[BETWEEN_CALLS_SINCE] = 0;
  }

  /** Shards that the worker has begun with since it started. */
  get shardsTaken(): number {
    return this.memory[SHARDS_TAKEN] as number;
  }

  get isOutOfTime(): boolean {
    const endsAt = this.memory[SHARD_ENDS] as number;
    return endsAt > 0 && now() > endsAt;
  }

  /** What runs when most of the shard's time so far was its; nothing otherwise. */
  get longRunning(): Running {
    const { running } = this;
    const shardMs = now() - (this.memory[SHARD_STARTED] as number);
    return (now() - this.startedAt) * 2 > shardMs ? running : NOTHING;
  }

  get isStuck(): boolean {
    const since = this.memory[BETWEEN_CALLS_SINCE] as number;
    return since > 0 && now() - since > (this.memory[STUCK_AFTER] as number);
  }

  /** Whether a call or the setup runs. */
  get isBusy(): boolean {
    return this.memory[INDEX] !== IDLE;
  }

  get running(): Running {
    const index = this.memory[INDEX] as number;
    if (index === SETUP) return { index: null, during: "setup" };
    if (index === IDLE) return NOTHING;
    const atOnce = this.memory[AT_ONCE] as number;
    if (atOnce > 0) return { index: index === SEVERAL ? null : index, atOnce };
    const retry = this.memory[RETRY] as number;
    return { index, ...(retry > 0 && { retry }) };
  }

  /** Index of the running call; null while none runs. */
  get index(): number | null {
    return this.running.index;
  }

  /** When the running call started, by the clock that only goes forward, ms. */
  get startedAt(): number {
    return this.memory[STARTED] as number;
  }

  /** What runs when it has run for longer than it may; undefined otherwise. */
  get overdue(): Running | undefined {
    // Read before the times: the main thread may go on to the next call meanwhile, which must not be blamed.
    const { isBusy, running } = this;
    const timeoutMs = this.memory[TIMEOUT] as number;
    return isBusy && timeoutMs > 0 && now() - this.startedAt > timeoutMs ? running : undefined;
  }
}
