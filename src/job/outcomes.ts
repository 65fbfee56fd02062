/** What is known of a job's calls: each settles once, and whoever waits is told. */
import { type CallOutput, NO_OUTPUT, type NodewrenError } from "../errors.js";
import type { CompletionOptions } from "../options/completion.js";
import { type Counts, type Decision, decide } from "./completion.js";

/** How a call ended. */
export type Outcome<R> =
  | { index: number; status: "fulfilled"; value: R }
  | { index: number; status: "rejected"; reason: NodewrenError };

export class CallOutcomes<R> {
  readonly #outcomes: (Outcome<R> | undefined)[] = [];
  readonly #order: number[] = [];
  readonly #outputs = new Map<number, CallOutput>();
  readonly #waiting = new Map<number, Set<() => void>>();
  #total: number | undefined;
  #failed = 0;
  #failure: NodewrenError | undefined;
  #firstFailure: NodewrenError | undefined;
  #isSeen = false;
  #policy: CompletionOptions | undefined;
  #decision: (Decision & { counts: Counts }) | undefined;
  #end: NodewrenError | undefined;
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

  /** Whether the job has a policy about its end. */
  get hasPolicy(): boolean {
    return this.#policy !== undefined;
  }

  /** What the policy says of the job, once it is decided; the first decision stands. */
  get decision(): (Decision & { counts: Counts }) | undefined {
    const { done, failed } = this;
    const counts = { total: this.#total ?? 0, done, failed };
    if (!this.#decision && this.#policy && this.#total !== undefined && !this.#end) {
      const decision = decide(this.#policy, counts);
      this.#decision = decision && { ...decision, counts };
    }
    return this.#decision;
  }

  /** Why calls were settled that had not ended by themselves, if any were. */
  get end(): NodewrenError | undefined {
    return this.#end;
  }

  /** Why the first call that failed did. */
  get firstFailure(): NodewrenError | undefined {
    return this.#firstFailure;
  }

  /** Whether the user has asked how any call ended. */
  get isSeen(): boolean {
    return this.#isSeen;
  }

  markSeen(): void {
    this.#isSeen = true;
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

  /** @param policy when the job has come to its end before all its calls have */
  open(total: number, policy?: CompletionOptions): void {
    this.#total = total;
    this.#policy = policy;
    this.announce();
  }

  /** The first outcome of a call stands; a later one is dropped. Tell with `announce()`. */
  settle(outcome: Outcome<R>, output?: CallOutput): void {
    if (this.#outcomes[outcome.index]) return;
    this.#outcomes[outcome.index] = outcome;
    this.#order.push(outcome.index);
    if (outcome.status === "rejected") {
      this.#failed++;
      this.#firstFailure ??= outcome.reason;
    }
    if (output) this.#outputs.set(outcome.index, output);
    for (const tell of this.#waiting.get(outcome.index) ?? []) tell();
    this.#waiting.delete(outcome.index);
  }

  /** Settles every call that is still open with the error; a job whose calls are not known yet fails as a whole. */
  fail(reason: NodewrenError): void {
    // What was decided before stands.
    void this.decision;
    if (this.#total === undefined) this.#failure ??= reason;
    this.#end ??= reason;
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
