/** What is known of a job's calls: each settles once, and whoever waits is told. */
import { type CallOutput, NO_OUTPUT, type NodewrenError } from "../errors.js";
import type { CompletionOptions } from "../options/completion.js";
import { BitSet } from "../util/bit-set.js";
import type { CallSite } from "../util/called.js";
import { ChangeSignal } from "../util/change-signal.js";
import { type Counts, type Decision, decide } from "./completion.js";
import { KeptOutcomes, type Outcome, type ResultObject, type StoredOutcome } from "./kept-outcomes.js";
import { Loops } from "./loops.js";
import { ValueUse } from "./value-use.js";

export type { Outcome } from "./kept-outcomes.js";

/** Of a call that has settled. */
export interface Details {
  output?: CallOutput | undefined;
  /** The object that holds its result; undefined when none does. */
  source?: ResultObject | undefined;
}

export class CallOutcomes<R> {
  readonly #kept = new KeptOutcomes<R>();
  readonly #settled = new BitSet();
  readonly #rejected = new BitSet();
  readonly #waiting = new Map<number, Set<() => void>>();
  readonly #change = new ChangeSignal();
  /** The loops over the job. */
  readonly loops = new Loops();
  readonly use = new ValueUse();
  /** Where the user started the job; undefined where that is not known. */
  readonly startedAt: CallSite | undefined;
  #isStream = false;
  #taken = 0;
  #total: number | undefined;
  #done = 0;
  #failed = 0;
  readonly #failureCodes = new Map<string, number>();
  #failure: NodewrenError | undefined;
  #cut: { error: unknown } | undefined;
  #firstFailure: NodewrenError | undefined;
  #isSeen = false;
  #policy: CompletionOptions | undefined;
  #decision: (Decision & { counts: Counts }) | undefined;
  #end: NodewrenError | undefined;
  #isHeld = false;
  #trouble: NodewrenError | undefined;
  #failures: Map<number, NodewrenError> | undefined;

  constructor(startedAt?: CallSite) {
    this.startedAt = startedAt;
  }

  /** Number of calls; undefined while inputs still come. */
  get total(): number | undefined {
    return this.#total;
  }

  /** Whether the inputs come from a source that was not read to its end when the job began. */
  get isStream(): boolean {
    return this.#isStream;
  }

  /** Number of calls whose inputs were taken so far. */
  get taken(): number {
    return this.#taken;
  }

  get done(): number {
    return this.#done;
  }

  get failed(): number {
    return this.#failed;
  }

  /** How many calls have failed with which code. */
  get failureCodes(): ReadonlyMap<string, number> {
    return this.#failureCodes;
  }

  /** Why the job failed before any of its calls was known. */
  get failure(): NodewrenError | undefined {
    return this.#failure;
  }

  /** Why a stream was not read to its end, if it was not: what its source threw, or what ended the job. */
  get cut(): { error: unknown } | undefined {
    return this.#cut;
  }

  /** Whether the job has a policy about its end. */
  get hasPolicy(): boolean {
    return this.#policy !== undefined;
  }

  /** What the policy says of the job, once it is decided; the first decision stands. */
  get decision(): (Decision & { counts: Counts }) | undefined {
    if (!this.#decision && this.#policy && (this.#isStream || this.#total !== undefined) && !this.#end) {
      // Of a stream that was cut, nobody knows how many calls there would have been.
      const total = this.#cut ? undefined : this.#total;
      const counts = { total, done: this.#done, failed: this.#failed };
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

  /** Whether all calls have settled. */
  get isSettled(): boolean {
    return this.#failure !== undefined || this.#done === this.#total;
  }

  /** Whether the job has come to its end: all calls have settled, and nothing is left to be done about their results. */
  get isComplete(): boolean {
    return this.isSettled && !this.#isHeld;
  }

  /** Why what was left to be done about the results was not. */
  get trouble(): NodewrenError | undefined {
    return this.#trouble;
  }

  /** Of a job that is held: why calls failed, by index. */
  get failures(): ReadonlyMap<number, NodewrenError> {
    return this.#failures ?? new Map();
  }

  /** Something is left to be done when all calls have settled: the job is complete once `release()` was called. */
  hold(): void {
    this.#isHeld = true;
    this.#failures = new Map();
  }

  release(trouble?: NodewrenError): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#trouble = trouble;
    this.announce();
  }

  /** Whether values were left in the store, so that its objects are needed as long as anybody may ask for them. */
  get hasStored(): boolean {
    return this.#kept.hasStored;
  }

  /** Index of the call that settled at that place in the order, from 0; undefined when it was given up. */
  settledAt(place: number): number | undefined {
    return this.#kept.settledAt(place);
  }

  /** Indices of the settled calls, in the order in which they settled; of a stream, those that are not given up. */
  get order(): readonly number[] {
    return this.#kept.order;
  }

  statusOf(index: number): "pending" | "fulfilled" | "rejected" {
    if (!this.#settled.has(index)) return "pending";
    return this.#rejected.has(index) ? "rejected" : "fulfilled";
  }

  /** Undefined while it is open, and when its value is not held here. */
  outcome(index: number): Outcome<R> | undefined {
    return this.#kept.outcome(index);
  }

  /** That of a call that has settled, from the store where its value was left there. Rejects when it was given up. */
  read(index: number): Promise<Outcome<R>> {
    return this.#kept.read(index);
  }

  output(index: number): CallOutput {
    return this.#kept.output(index) ?? NO_OUTPUT;
  }

  /** @param policy when the job has come to its end before all its calls have */
  open(total: number, policy?: CompletionOptions): void {
    this.#taken = total;
    this.#total = total;
    this.#policy = policy;
    this.announce();
  }

  /** As `open`, for a job whose inputs still come. */
  openStream(policy?: CompletionOptions): void {
    this.#isStream = true;
    this.#policy = policy;
    this.announce();
  }

  /** So many inputs more were taken from the stream. */
  take(calls: number): void {
    this.#taken += calls;
    this.announce();
  }

  /** @param cut why the stream was not read to its end, if it was not */
  endStream(cut?: { error: unknown }): void {
    if (this.#total !== undefined) return;
    this.#total = this.#taken;
    this.startedAt?.show(cut?.error);
    this.#cut = cut;
    this.announce();
  }

  get hasMuchRoom(): boolean {
    return this.#kept.hasMuchRoom;
  }

  /** Whether the host has room for a value of so many bytes; it has less from then on. */
  hasRoomFor(bytes: number): boolean {
    return this.#kept.hasRoomFor(bytes);
  }

  /** The first outcome of a call stands; a later one is dropped. Tell with `announce()`. */
  settle(outcome: Outcome<R> | StoredOutcome<R>, { output, source }: Details = {}): void {
    const { index, status } = outcome;
    if (this.#settled.has(index)) return;
    this.#settled.add(index);
    this.#done++;
    this.#kept.add(outcome, output, this.#isStream ? source : undefined);
    if (status === "rejected") {
      this.startedAt?.show(outcome.reason);
      this.#failed++;
      this.#failures?.set(index, outcome.reason);
      this.#rejected.add(index);
      const { code } = outcome.reason;
      this.#failureCodes.set(code, (this.#failureCodes.get(code) ?? 0) + 1);
      this.#firstFailure ??= outcome.reason;
    }
    for (const tell of this.#waiting.get(index) ?? []) tell();
    this.#waiting.delete(index);
  }

  /** A loop over a stream has handed the outcome out: unless somebody else may want it, it is given up. */
  giveUp(index: number): void {
    if (this.#isStream && this.loops.isAlone()) this.#kept.giveUp(index);
  }

  /** Settles every call that is still open with the error; a job whose calls are not known yet fails as a whole. */
  fail(reason: NodewrenError): void {
    this.startedAt?.show(reason);
    // What was decided before stands.
    void this.decision;
    if (this.#isStream) this.endStream({ error: reason });
    if (this.#total === undefined) this.#failure ??= reason;
    this.#end ??= reason;
    for (let index = 0; index < (this.#total ?? 0); index++)
      if (!this.#settled.has(index)) this.settle({ index, status: "rejected", reason });
    this.announce();
  }

  /** Wakes those who wait for a change, once for any number of settled calls. */
  announce(): void {
    this.#change.wake();
  }

  /** Resolves at the next `announce()`. */
  changed(): Promise<void> {
    return this.#change.changed();
  }

  /** Calls back once the call has settled: at once when it has. Returns the way to take that back. */
  whenSettled(index: number, tell: () => void): () => void {
    if (this.#settled.has(index)) {
      tell();
      return () => {};
    }
    const waiting = this.#waiting.get(index) ?? new Set();
    this.#waiting.set(index, waiting.add(tell));
    return () => waiting.delete(tell);
  }
}
