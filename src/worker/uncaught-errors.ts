/** Errors that no one catches: rejections that nobody handles, and throws from callbacks. The running call fails of them. */

/** Taken at load: the user's function may replace the global ones. */
const nextTurn = setImmediate;
const listeners = process.listeners.bind(process) as (event: string) => unknown[];

export class UncaughtErrors {
  #fail: ((error: unknown) => void) | undefined;
  #tainted = false;
  #isInstalled = false;
  readonly #onRejection = (reason: unknown) => this.#take(reason);
  readonly #onException = (error: unknown) => {
    this.#tainted = true;
    this.#take(error);
  };

  /** True once an error came out of a callback, after which Node vouches for nothing, or came when no call ran. */
  get tainted(): boolean {
    return this.#tainted;
  }

  install(): void {
    this.#isInstalled = true;
    process.on("unhandledRejection", this.#onRejection);
    process.on("uncaughtException", this.#onException);
  }

  /** Whether a call has taken the listeners away: without them, the next such error ends the process. */
  get isDisarmed(): boolean {
    const isArmed =
      listeners("unhandledRejection").includes(this.#onRejection) &&
      listeners("uncaughtException").includes(this.#onException);
    return this.#isInstalled && !isArmed;
  }

  /**
   * Settles as the call does, or rejects with the first stray error that comes up while it runs. A value waits for the
   * next turn of the event loop, because Node reports a rejection that nobody handles only then.
   */
  during<T>(running: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.#fail = undefined;
        reject(error);
      };
      const succeed = (value: T) => {
        if (this.#fail === fail) this.#fail = undefined;
        resolve(value);
      };
      this.#fail = fail;
      running().then((value) => nextTurn(() => succeed(value)), fail);
    });
  }

  #take(error: unknown): void {
    if (this.#fail) this.#fail(error);
    else this.#tainted = true;
  }
}
