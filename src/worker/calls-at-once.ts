/** Runs the calls of a shard several at once, for work that waits. */
import type { CallResult, ShardResult } from "../wire/result.js";
import { CallScope } from "./call-scopes.js";
import { type Pace, paceOf } from "./pace.js";
import type { CallInput } from "./resolve-inputs.js";
import { runCall } from "./run-call.js";
import type { Ran, ShardRun } from "./shard-run.js";
import { TriesAtOnce } from "./tries-at-once.js";
import type { ErrorOwner } from "./uncaught-errors.js";

/** Calls of this shard that run at once; 1: none does beside another. */
export function callsAtOnce({ request: { concurrentCalls = 1, shard } }: Pick<ShardRun, "request">): number {
  return Math.min(concurrentCalls, shard.count);
}

export function runCallsAtOnce(shard: ShardRun): Promise<Ran> {
  return new CallsAtOnce(shard).run();
}

class CallsAtOnce {
  readonly #shard: ShardRun;
  readonly #inputs: Iterator<CallInput>;
  readonly #pace: Pace | undefined;
  readonly #lanes: number;
  /** Clock time of the shard's start. */
  readonly #origin: number;
  readonly #calls: (CallResult | undefined)[] = [];
  /** Of the calls that have begun. */
  readonly #scopes: CallScope[] = [];
  #lanesLost = 0;
  #isOver = false;
  #hasEnded = false;
  #cancelled: { reason: unknown } | undefined;
  #interrupt!: () => void;
  /** Resolves when what runs cannot be waited for any more. */
  readonly #interrupted: Promise<void>;

  constructor(shard: ShardRun) {
    this.#shard = shard;
    this.#inputs = shard.inputs[Symbol.iterator]();
    this.#pace = paceOf(shard.request);
    this.#lanes = callsAtOnce(shard);
    this.#origin = shard.startedAt - performance.timeOrigin;
    this.#interrupted = new Promise((resolve) => {
      this.#interrupt = resolve;
    });
  }

  async run(): Promise<Ran> {
    const { output, uncaught, scopes } = this.#shard.runtime;
    // What nobody's async context tells of, as a listener of the setup's does, is given to the call that has run for longest.
    output.startAtOnce(() => (scopes.current ?? scopes.oldest)?.text);
    uncaught.startAtOnce(() => this.#ownerNow());
    try {
      await Promise.race([Promise.all(Array.from({ length: this.#lanes }, () => this.#lane())), this.#interrupted]);
      // Only now, as no call may go on in a worker that has done with its shard.
      if (this.#cancelled) throw this.#cancelled.reason;
    } finally {
      this.#isOver = true;
      this.#hasEnded = true;
      scopes.clear();
      uncaught.endAtOnce();
    }
    this.#shard.runtime.onCallsEnd?.();
    this.#shard.runtime.meter.flush();
    return this.#ran();
  }

  /** Runs one call after the other. */
  async #lane(): Promise<void> {
    while (this.#mayBegin()) {
      await this.#pace?.turn(() => !this.#mayBegin());
      if (!this.#mayBegin() || !(await this.#runNext())) return;
    }
  }

  #mayBegin(): boolean {
    const { request, runtime } = this.#shard;
    try {
      this.#shard.beforeCall();
    } catch (reason) {
      this.#cancelled ??= { reason };
      this.#isOver = true;
    }
    const begun = this.#scopes.length;
    // The first one may always begin, so that something is done in each turn.
    return !this.#isOver && begun < request.shard.count && !(begun > 0 && runtime.isTurnOver?.());
  }

  /** Whether the lane can go on. */
  async #runNext(): Promise<boolean> {
    const { request, job, runtime } = this.#shard;
    const position = this.#scopes.length;
    const scope = new CallScope(request.shard.first + position);
    this.#scopes.push(scope);
    const tries = new TriesAtOnce(this.#shard, scope, this.#pace, { onChange: (entered) => this.#tell(entered) });
    const call = {
      ...job,
      index: scope.index,
      input: this.#inputs.next().value as CallInput,
      request,
      job,
      classes: this.#shard.classes,
      tries,
      origin: this.#origin,
      meter: runtime.meter,
    };
    const outcome = await runtime.scopes.run(scope, () => runCall(call));
    if (outcome) this.#calls[position] = outcome;
    if (tries.isAbandoned) this.#loseLane();
    return !tries.isAbandoned;
  }

  /** What was given up there goes on, and has the lane. With half of them lost, another worker does the rest sooner. */
  #loseLane(): void {
    this.#shard.runtime.scopes.hasAbandoned = true;
    this.#lanesLost++;
    if (this.#lanesLost * 2 >= this.#lanes) this.#isOver = true;
  }

  /** Whose an error is that nobody caught. */
  #ownerNow(): ErrorOwner | undefined {
    const { current, running } = this.#shard.runtime.scopes;
    if (current) return current;
    const suspects = [...running].filter(({ fail }) => fail);
    if (suspects.length < 2) return suspects[0];
    // It cannot be known which of them, and none may fail for another: each runs again, alone and elsewhere.
    this.#interrupt();
    return undefined;
  }

  #tell(entered: CallScope | undefined): void {
    const { runtime, request } = this.#shard;
    // What was interrupted may still come to an end, when its shard has.
    if (this.#hasEnded) return;
    const { running, oldest } = runtime.scopes;
    if (oldest)
      runtime.onCallsAtOnce?.({
        count: running.size,
        startedAt: oldest.startedAt,
        timeoutMs: request.timeoutMs,
        entered: entered?.index,
      });
    else runtime.onCallsEnd?.();
  }

  #ran(): Ran {
    const output: ShardResult["output"] = {};
    const begun = new Map<number, number>();
    for (const [position, { text, retry }] of this.#scopes.entries()) {
      const written = this.#calls[position] && text.output;
      if (written) output[position] = written;
      if (!this.#calls[position]) begun.set(position, this.#shard.request.attempt + retry + 1);
    }
    // A copy, as calls that were interrupted may still end.
    return { calls: [...this.#calls], output, begun };
  }
}
