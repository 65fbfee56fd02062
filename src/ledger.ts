/** What is known of a job's calls: each settles once, and whoever waits is told. */
import type { CallOutput, NodewrenError } from "./errors.js";

/** How a call ended. */
export type Outcome<R> =
  | { index: number; status: "fulfilled"; value: R }
  | { index: number; status: "rejected"; reason: NodewrenError };

const NO_OUTPUT: CallOutput = Object.freeze({ stdout: "", stderr: "" });

export class Ledger<R> {
  readonly #outcomes: (Outcome<R> | undefined)[] = [];
  readonly #order: number[] = [];
  readonly #outputs = new Map<number, CallOutput>();
  readonly #waiting = new Map<number, Set<() => void>>();
  #total: number | undefined;
  #failed = 0;
  #failure: NodewrenError | undefined;
  #change = newSignal();

  /** Number of calls; undefined while inputs are still being read. */
  get total(): number | undefined {
    return this.#total;
  }

  get done(): number {
    return this.#order.length;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Why the job failed before its calls were known. */
  get failure(): NodewrenError | undefined {
    return this.#failure;
  }

  get isComplete(): boolean {
    return this.#failure !== undefined || this.#order.length === this.#total;
  }

  /** Indices of the settled calls, in the order in which they settled. */
  get order(): readonly number[] {
    return this.#order;
  }

  outcome(index: number): Outcome<R> | undefined {
    return this.#outcomes[index];
  }

  output(index: number): CallOutput {
    return this.#outputs.get(index) ?? NO_OUTPUT;
  }

  open(total: number): void {
    this.#total = total;
    this.announce();
  }

  /** The first outcome of a call stands; a later one is dropped. Tell with `announce()`. */
  settle(outcome: Outcome<R>, output?: CallOutput): void {
    if (this.#outcomes[outcome.index]) return;
    this.#outcomes[outcome.index] = outcome;
    this.#order.push(outcome.index);
    if (outcome.status === "rejected") this.#failed++;
    if (output) this.#outputs.set(outcome.index, output);
    for (const tell of this.#waiting.get(outcome.index) ?? []) tell();
    this.#waiting.delete(outcome.index);
  }

  /** Settles every call that is still open with the error; a job whose calls are not known yet fails as a whole. */
  fail(reason: NodewrenError): void {
    if (this.#total === undefined) this.#failure ??= reason;
    for (let index = 0; index < (this.#total ?? 0); index++)
      if (!this.#outcomes[index]) this.settle({ index, status: "rejected", reason });
    this.announce();
  }

  /** Wakes those who wait for a change, once for any number of settled calls. */
  announce(): void {
    const { wake } = this.#change;
    this.#change = newSignal();
    wake();
  }

  /** Resolves at the next `announce()`. */
  changed(): Promise<void> {
    return this.#change.promise;
  }

  /** Calls back once the call has settled: at once when it has. Returns the way to take that back. */
  whenSettled(index: number, tell: () => void): () => void {
    if (this.#outcomes[index]) {
      tell();
      return () => {};
    }
    const waiting = this.#waiting.get(index) ?? new Set();
    this.#waiting.set(index, waiting.add(tell));
    return () => waiting.delete(tell);
  }
}

interface Signal {
  promise: Promise<void>;
  wake(): void;
}

function newSignal(): Signal {
  let wake!: () => void;
  const promise = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { promise, wake };
}
