/** Calls that run at once in this process: which of them it is that prints, or throws, is told by the async context. */
import { AsyncLocalStorage } from "node:async_hooks";
import { NO_OUTPUT } from "../errors.js";
import { monotonicMs } from "../util/time.js";
import { piecesOf } from "../wire/last-printed.js";
import type { Printed, Running } from "../wire/messages.js";
import { CallText } from "./output.js";
import type { ErrorOwner } from "./uncaught-errors.js";

/** Who ends the process, as far as it is known, and what it had printed. */
export interface Ending {
  running: Running;
  printed: Omit<Printed, "attemptId">[];
}

/** One of several calls that run at once. */
export class CallScope implements ErrorOwner {
  readonly index: number;
  readonly text = new CallText();
  /** Tries at the call on this worker before the one that runs. */
  retry = 0;
  /** When that one began, by `monotonicMs`. */
  startedAt = 0;
  fail: ErrorOwner["fail"];

  constructor(index: number) {
    this.index = index;
  }
}

export class CallScopes {
  /** Made when it is first needed: it makes each promise of a process dearer. */
  #storage: AsyncLocalStorage<CallScope> | undefined;
  /** In the order of their starts. */
  readonly #running = new Set<CallScope>();
  /** Whether a call that was given up may still do something in this process. */
  hasAbandoned = false;

  /** The call in whose async context this is asked, whether it still runs or not; undefined: nobody knows of any. */
  get current(): CallScope | undefined {
    return this.#storage?.getStore();
  }

  get running(): ReadonlySet<CallScope> {
    return this.#running;
  }

  get oldest(): CallScope | undefined {
    const [oldest] = this.#running;
    return oldest;
  }

  /**
   * To be asked in the process's last instant, in which nothing but its own listeners runs: the call that ended it, with what it
   * had printed, which was not told before.
   *
   * @param running what runs, by the clock
   */
  ending(running: Running): Ending {
    const { current } = this;
    if (!current) return { running, printed: [] };
    const { index, retry, text } = current;
    // One that has ended may have a value: it is a suspect, and shows alone what it does.
    const isLate = !this.#running.has(current);
    const who = { index, ...(retry > 0 && { retry }), ...(isLate && { atOnce: running.atOnce ?? 1 }) };
    return { running: who, printed: printedBy(index, text) };
  }

  run<T>(scope: CallScope, body: () => T): T {
    this.#storage ??= new AsyncLocalStorage();
    return this.#storage.run(scope, body);
  }

  begin(scope: CallScope, retry: number): void {
    scope.retry = retry;
    scope.startedAt = monotonicMs();
    this.#running.add(scope);
  }

  end(scope: CallScope): void {
    this.#running.delete(scope);
  }

  clear(): void {
    this.#running.clear();
  }
}

function printedBy(index: number, { output = NO_OUTPUT }: CallText): Ending["printed"] {
  return (["stdout", "stderr"] as const).flatMap((stream) =>
    piecesOf(output[stream]).map((text) => ({ type: "printed", index, stream, text }) as const),
  );
}
