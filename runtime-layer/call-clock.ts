/** Tells the watchdog thread which call runs since when, through memory that both share: it costs a call nanoseconds. */

/** Taken at load: the user's function may replace the global one. */
const { now } = Date;

const INDEX = 0;
const STARTED = 1;
const TIMEOUT = 2;
const BETWEEN_CALLS_SINCE = 3;
const SHARD_STARTED = 4;
const SHARD_ENDS = 5;
const SLOTS = 6;

/** Value of the index while no call runs. */
const IDLE = -1;

/**
 * Longest time that a shard may spend outside of its calls, to fetch, prepare and store, ms. A function that replaced
 * what the worker needs may have made it unable to go on.
 */
const STUCK_MS = 120_000;

export class CallClock {
  /**
   * Index of the running call or -1, Unix time of its start in ms, its time limit in ms (0: none), and the Unix time
   * since which a shard is under way but no call runs (0: there is no shard, or a call runs). Then the Unix times in ms
   * of the shard's start, and of its end by force (0: it may take any time).
   */
  readonly memory: Float64Array;

  constructor(memory?: Float64Array) {
    this.memory =
      memory ?? new Float64Array(new SharedArrayBuffer(SLOTS * Float64Array.BYTES_PER_ELEMENT)).fill(IDLE, 0, 1);
  }

  /** @param endsAt Unix time in ms past which the shard must not go on. Default: none. */
  startShard(endsAt = 0): void {
    const started = now();
    this.memory[SHARD_STARTED] = started;
    this.memory[SHARD_ENDS] = endsAt;
    this.memory[BETWEEN_CALLS_SINCE] = started;
  }

  startCall(index: number, timeoutMs: number | undefined): void {
    this.memory[STARTED] = now();
    this.memory[TIMEOUT] = timeoutMs ?? 0;
    this.memory[BETWEEN_CALLS_SINCE] = 0;
    this.memory[INDEX] = index;
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

  get isOutOfTime(): boolean {
    const endsAt = this.memory[SHARD_ENDS] as number;
    return endsAt > 0 && now() > endsAt;
  }

  /** Index of the running call when most of the shard's time so far was its; null otherwise. */
  get longIndex(): number | null {
    const { index } = this;
    const shardMs = now() - (this.memory[SHARD_STARTED] as number);
    return (now() - this.startedAt) * 2 > shardMs ? index : null;
  }

  get isStuck(): boolean {
    const since = this.memory[BETWEEN_CALLS_SINCE] as number;
    return since > 0 && now() - since > STUCK_MS;
  }

  /** Index of the running call; null while none runs. */
  get index(): number | null {
    const index = this.memory[INDEX] as number;
    return index === IDLE ? null : index;
  }

  /** Unix time in ms at which the running call started. */
  get startedAt(): number {
    return this.memory[STARTED] as number;
  }

  /** Index of the running call when it has run for longer than it may; null otherwise. */
  get overdueIndex(): number | null {
    // Read before the times: the main thread may go on to the next call meanwhile, which must not be blamed.
    const { index } = this;
    const timeoutMs = this.memory[TIMEOUT] as number;
    return timeoutMs > 0 && now() - this.startedAt > timeoutMs ? index : null;
  }
}
