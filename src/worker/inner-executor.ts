/** The executor that a worker's calls have for jobs of their own: made when first asked for, and kept for the job's next shards. */
import { createRequire } from "node:module";
// The global one may be replaced by the user's function, or be missing where a library is loaded into another context.
import { setImmediate as nextTurn } from "node:timers";
import { InvokeError } from "../errors.js";

/** Time for which workers of workers stay warm for the job's next shard, ms. A job that has ended needs them no more. */
const IDLE_MS = 1000;

interface Closable {
  close(): Promise<void>;
}

export const NO_EXECUTOR =
  "Workers of this backend start no others, so there is no context.executor. Map over more inputs in the script instead.";

export function noExecutor(): never {
  throw new InvokeError(NO_EXECUTOR);
}

/** Makes an executor with what this process's version of the library has. The worker does without its code until a call asks for it. */
export function newExecutor(): Closable {
  const { Executor } = requireQuietly("nodewren") as { Executor: new () => Closable };
  return new Executor();
}

/** Some releases of Node warn of each `require()` of an ES module, which the call would have printed. */
function requireQuietly(name: string): unknown {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return createRequire(import.meta.url)(name);
  } finally {
    process.emitWarning = emitWarning;
  }
}

export class InnerExecutor {
  readonly #make: () => Closable;
  #jobId = "";
  #made: { executor: Closable; signal: AbortSignal } | undefined;
  #getSignal: (() => AbortSignal) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(make = newExecutor) {
    this.#make = make;
  }

  /** A shard begins. Waits until nothing runs any more that an earlier job has started, or a call that was cancelled. */
  async begin(jobId: string, getSignal: () => AbortSignal): Promise<void> {
    clearTimeout(this.#timer);
    if (jobId !== this.#jobId || this.#made?.signal.aborted) await this.close();
    this.#jobId = jobId;
    this.#getSignal = getSignal;
  }

  get(): unknown {
    this.#made ??= { executor: this.#make(), signal: (this.#getSignal as () => AbortSignal)() };
    return this.#made.executor;
  }

  /** The shard has ended. */
  end(): void {
    if (this.#made) this.#timer = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  async close(): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    if (!made) return;
    await made.executor.close();
    // What has just ended it still counts as running, until its callback has returned.
    await new Promise((resolve) => nextTurn(resolve));
  }
}
