import { inspect } from "node:util";
import type { CallOutput, NodewrenError } from "../errors.js";
import { DISPLAY, type DisplayData } from "../util/display.js";
import { INSPECT, type InspectArguments, inspected } from "../util/inspected.js";
import { futureHtml } from "./job-html.js";
import type { JobSource } from "./job-source.js";
import type { CallOutcomes, Outcome } from "./outcomes.js";

/** What a future needs of its job. */
export interface FutureControl {
  readonly source: JobSource;
  /** Runs the stored call in this process. */
  replay(index: number): Promise<unknown>;
}

/** The host's handle on one call. Await it, or give it to `Promise.all`. One that nobody awaits is no unhandled rejection. */
export class Future<R> implements PromiseLike<R> {
  /** Index of the call in its job. */
  readonly index: number;
  readonly #outcomes: CallOutcomes<R>;
  readonly #control: FutureControl;

  /** @internal Futures come from `job.futures`. */
  constructor(index: number, outcomes: CallOutcomes<R>, control: FutureControl) {
    this.index = index;
    this.#outcomes = outcomes;
    this.#control = control;
  }

  get status(): "pending" | "fulfilled" | "rejected" {
    this.#outcomes.markSeen();
    return this.#outcomes.statusOf(this.index);
  }

  /** The value once fulfilled, as long as the host holds it; else undefined. Await the future for a large one. */
  get value(): R | undefined {
    this.#outcomes.use.ask();
    return this.#outcome?.status === "fulfilled" ? this.#outcome.value : undefined;
  }

  /** The error once rejected, else undefined. */
  get reason(): NodewrenError | undefined {
    this.#outcomes.markSeen();
    return this.#outcome?.status === "rejected" ? this.#outcome.reason : undefined;
  }

  /** What the call wrote to stdout and stderr; empty until it has settled. Of each stream the first and the last 32 Ki characters are kept. */
  get output(): CallOutput {
    return this.#outcomes.output(this.index);
  }

  /** Resolves once the call has settled, however it ended. Never rejects. */
  settled(): Promise<Outcome<R>> {
    this.#outcomes.use.ask();
    return new Promise((resolve) => {
      this.whenSettled(() => resolve(this.#outcome ?? this.#outcomes.read(this.index)));
    });
  }

  /**
   * Runs the call once more, in this process, from what is stored of it, so that a debugger can look on. The job's setups run first;
   * there is no time or memory limit. Settles with the value or error of the function; the outcome of the future itself does not
   * change. The call uses the packages of this process. Rejects with `StoreError` when the job is not stored any more: of
   * jobs with large inputs, a temporary store keeps only the last eight in which calls failed.
   */
  replay(): Promise<R> {
    return this.#control.replay(this.index) as Promise<R>;
  }

  /** @internal For jobs that have its result as an input. */
  get origin(): { source: JobSource; index: number } {
    this.#outcomes.markSeen();
    return { source: this.#control.source, index: this.index };
  }

  /** @internal Calls back once settled, at once when it is. Returns the way to take that back. */
  whenSettled(tell: () => void): () => void {
    this.#outcomes.markSeen();
    return this.#outcomes.whenSettled(this.index, tell);
  }

  // biome-ignore lint/suspicious/noThenProperty: a future is awaitable, that is its use
  then<T1 = R, T2 = never>(
    onFulfilled?: ((value: R) => T1 | PromiseLike<T1>) | null,
    onRejected?: ((reason: unknown) => T2 | PromiseLike<T2>) | null,
  ): Promise<T1 | T2> {
    return this.settled().then(valueOrThrow).then(onFulfilled, onRejected);
  }

  catch<T = never>(onRejected?: ((reason: unknown) => T | PromiseLike<T>) | null): Promise<R | T> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R> {
    return this.then().finally(onFinally);
  }

  [INSPECT](...how: InspectArguments): string {
    const status = this.#outcomes.statusOf(this.index);
    const value = this.#outcome?.status === "fulfilled" ? this.#outcome.value : undefined;
    const reason = this.#outcome?.status === "rejected" ? String(this.#outcome.reason) : undefined;
    return inspected("Future", { index: this.index, status, value, reason }, how);
  }

  /** For notebooks: see `display()`. */
  [DISPLAY](): DisplayData {
    const { index, status, value, reason } = this;
    return { "text/plain": inspect(this), "text/html": futureHtml({ index, status, value, reason }) };
  }

  get #outcome(): Outcome<R> | undefined {
    return this.#outcomes.outcome(this.index);
  }
}

/** The value, or the error thrown. */
export function valueOrThrow<R>(outcome: Outcome<R>): R {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
