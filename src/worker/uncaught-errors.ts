/** Errors that no one catches: rejections that nobody handles, and throws from callbacks. The running call fails of them. */
// The global one may be replaced by the user's function, or be missing where a library is loaded into another context.
import { setImmediate as nextTurn } from "node:timers";

/** Taken at load: the user's function may replace it. */
const listeners = process.listeners.bind(process) as (event: string) => unknown[];

/** Whom such an error fails. */
export interface ErrorOwner {
  /** Undefined while it does not run. */
  fail?: ((error: unknown) => void) | undefined;
}

export class UncaughtErrors {
  /** Of what runs alone. */
  readonly #alone: ErrorOwner = {};
  #ownerNow: (() => ErrorOwner | undefined) | undefined;
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

  /** From now on several calls run at once, and `ownerNow` says whose the error is that has just come up; undefined: no call's. */
  startAtOnce(ownerNow: () => ErrorOwner | undefined): void {
    this.#ownerNow = ownerNow;
  }

  endAtOnce(): void {
    this.#ownerNow = undefined;
  }

  /**
   * Settles as the call does, or rejects with the first stray error that comes up while it runs. A value waits for the
   * next turn of the event loop, because Node reports a rejection that nobody handles only then.
   *
   * @param owner the call, where it is not the only one that runs
   */
  during<T>(running: () => Promise<T>, owner: ErrorOwner = this.#alone): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const release = () => {
        if (owner.fail === fail) owner.fail = undefined;
      };
      const fail = (error: unknown) => {
        release();
        reject(error);
      };
      const succeed = (value: T) => {
        release();
        resolve(value);
      };
      owner.fail = fail;
      void settle();
      // By `await`, which no function can replace.
      async function settle(): Promise<void> {
        try {
          const value = await running();
          nextTurn(() => succeed(value));
        } catch (error) {
          fail(error);
        }
      }
    });
  }

  #take(error: unknown): void {
    const owner = this.#ownerNow ? this.#ownerNow() : this.#alone;
    if (owner?.fail) owner.fail(error);
    else this.#tainted = true;
  }
}
