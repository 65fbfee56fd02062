/** Values that were left in the store, as the host holds enough of them: read when somebody asks, and what a stream is done with is removed. */
import { CodecError, NodewrenError, StoreError } from "../errors.js";
import type { Outcome, ResultObject, StoredOutcome } from "../job/kept-outcomes.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import { resultKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import { decodeResultOf } from "../wire/read-result.js";
import { type CallResult, type CallRow, type ShardResult, sizeOf } from "../wire/result.js";
import { outcomeOf } from "./call-outcome.js";
import type { JobRun } from "./job-run.js";

export class StoredValues {
  readonly #run: JobRun;
  /** Results that are being read, by shard: whoever asks for several values of one reads it once. */
  readonly #reading = new Map<string, Promise<ShardResult>>();
  /** The one that was read last: most ask for one value after the other. */
  #last: { name: string; result: Promise<ShardResult> } | undefined;

  constructor(run: JobRun) {
    this.#run = run;
  }

  outcome(shard: Shard, i: number): StoredOutcome<unknown> {
    const index = shard.first + i;
    return { index, status: "fulfilled", read: () => this.#read(shard, i) };
  }

  /** What is to be known of the result object, for a stream that gives up what was handed out. */
  object(shard: Shard, calls: readonly (CallResult | CallRow)[]): ResultObject {
    const bytes = calls.reduce((sum, call) => sum + sizeOf(call), 0);
    let needed = calls.length;
    const release = () => {
      if (--needed === 0) this.#remove(shard);
    };
    return { bytesPerCall: bytes / calls.length, release };
  }

  /** Of a store that stays, nothing is removed. */
  #remove(shard: Shard): void {
    const { store, jobId, places } = this.#run;
    places.remove(shard);
    // One that stays goes with the store.
    if (store.descriptor.temporary === true) store.delete(resultKey(jobId, shard.name)).catch(() => {});
  }

  async #read(shard: Shard, i: number): Promise<Outcome<unknown>> {
    const { jobId } = this.#run;
    const index = shard.first + i;
    try {
      const { calls, output } = await this.#result(shard);
      const call = calls[i] as CallResult;
      return outcomeOf(this.#run, call, { jobId, index, attempts: call.attempts }, output[i]);
    } catch (error) {
      const reason = isInstance(error, NodewrenError) ? error : new CodecError("", textOf(error), { cause: error });
      return { index, status: "rejected", reason };
    }
  }

  #result(shard: Shard): Promise<ShardResult> {
    const { name } = shard;
    if (this.#last?.name === name) return this.#last.result;
    const reading = this.#reading.get(name) ?? this.#fetch(shard);
    this.#reading.set(name, reading);
    this.#last = { name, result: reading };
    const forget = () => this.#reading.delete(name);
    reading.then(forget, () => {
      forget();
      this.#last = undefined;
    });
    return reading;
  }

  async #fetch(shard: Shard): Promise<ShardResult> {
    const { store, jobId } = this.#run;
    const key = resultKey(jobId, shard.name);
    const object = await store.get(key);
    if (object) return decodeResultOf({ jobId, shard }, object, key);
    throw new StoreError(
      `The store has no ${key} any more, which held values of job ${jobId} that were too many to be held here. Was the store closed or cleaned?`,
      { key },
    );
  }
}
