/** Ends what has been idle for a while; the timers keep no process alive. */
export class IdleTimers<T extends object> {
  readonly #idleMs: number | undefined;
  readonly #end: (idle: T) => void;
  readonly #timers = new Map<T, NodeJS.Timeout>();

  /** @param idleMs undefined: nothing is ever ended */
  constructor(idleMs: number | undefined, end: (idle: T) => void) {
    this.#idleMs = idleMs;
    this.#end = end;
  }

  start(idle: T): void {
    this.stop(idle);
    if (this.#idleMs === undefined) return;
    const end = () => {
      this.#timers.delete(idle);
      this.#end(idle);
    };
    this.#timers.set(idle, setTimeout(end, this.#idleMs).unref());
  }

  stop(busy: T): void {
    clearTimeout(this.#timers.get(busy));
    this.#timers.delete(busy);
  }
}
