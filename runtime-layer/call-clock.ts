/** Tells the watchdog thread which call runs since when, through memory that both share: it costs a call nanoseconds. */

const INDEX = 0;
const STARTED = 1;
const TIMEOUT = 2;

/** Value of the index while no call runs. */
const IDLE = -1;

export class CallClock {
  /** Index of the running call or -1, Unix time of its start in ms, its time limit in ms (0: none). */
  readonly memory: Float64Array;

  constructor(memory?: Float64Array) {
    this.memory =
      memory ?? new Float64Array(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT)).fill(IDLE, 0, 1);
  }

  start(index: number, timeoutMs: number | undefined): void {
    this.memory[STARTED] = Date.now();
    this.memory[TIMEOUT] = timeoutMs ?? 0;
    this.memory[INDEX] = index;
  }

  stop(): void {
    this.memory[INDEX] = IDLE;
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
    return timeoutMs > 0 && Date.now() - this.startedAt > timeoutMs ? index : null;
  }
}
