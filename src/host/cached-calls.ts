/** What a job has to do with results that are kept: which of its calls have one, and which of its results are to be kept. */
import { digestText } from "../cache/batch.js";
import type { RecipeCache } from "../cache/recipe-cache.js";
import type { MaybeValue } from "../cache/stored-batch.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { failureOfInput } from "../wire/input-reference.js";
import { type EncodedInputs, eachInput } from "../wire/inputs.js";
import type { CacheRecord } from "../wire/job-record.js";
import type { Shard } from "../wire/messages.js";
import { FROM_CACHE, type ReadResult } from "../wire/result.js";

export interface CachedCallsOptions {
  /** Results that were kept earlier are not used; Unix time, ms. */
  keptAfter: number;
  /** Size of all that is kept in the store, bytes. */
  maxBytes: number;
  /** Whether results depend on the index of their call as well. */
  byIndex: boolean;
  /** What the job's record says of it; undefined where results are kept in another store than the job's. */
  record: CacheRecord | undefined;
}

/** Sizes of the kept values of a run of calls, bytes; undefined where a call has none. */
export type FoundSizes = readonly (number | undefined)[];

export class CachedCalls {
  readonly #cache: RecipeCache;
  readonly #outcomes: CallOutcomes<unknown>;
  readonly #options: CachedCallsOptions;
  /** Digests of the inputs of calls that have not settled. */
  readonly #inputs = new Map<number, string>();
  #refreshed: Promise<void> | undefined;
  #hasKept = false;

  constructor(cache: RecipeCache, outcomes: CallOutcomes<unknown>, options: CachedCallsOptions) {
    this.#cache = cache;
    this.#outcomes = outcomes;
    this.#options = options;
    // They are kept from here, and so must come here, also where they are but inputs of other jobs.
    outcomes.use.ask();
  }

  get record(): CacheRecord | undefined {
    return this.#options.record;
  }

  /** Undefined where no call of the run has a kept result. Never rejects. */
  async find(encoded: Pick<EncodedInputs, "pieces">, first: number): Promise<FoundSizes | undefined> {
    this.#refreshed ??= this.#cache.refresh();
    await this.#refreshed;
    const sizes: (number | undefined)[] = [];
    for (const bytes of eachInput(encoded)) {
      const input = this.note(first + sizes.length, bytes);
      sizes.push(input === undefined ? undefined : this.#cache.find(input, this.#options.keptAfter));
    }
    return sizes.every((size) => size === undefined) ? undefined : sizes;
  }

  /** From now on the call's result is to be kept. Gives the digest of its input; undefined where that stands for a failure. */
  note(index: number, bytes: Uint8Array): string | undefined {
    if (failureOfInput(bytes)) return undefined;
    const input = this.#options.byIndex
      ? digestText(Buffer.concat([Buffer.from(`${index} `), bytes]))
      : digestText(bytes);
    this.#inputs.set(index, input);
    return input;
  }

  /** Kept values of the shard's calls. Never rejects. */
  values({ first, count }: Shard): Promise<MaybeValue[]> {
    return this.#cache.values(Array.from({ length: count }, (_, i) => this.#inputs.get(first + i) ?? ""));
  }

  /**
   * Keeps what the shard's calls gave. What is returned is to be awaited before they settle: so that what a job that has ended
   * gave is stored, and that no more waits to be stored than a host can hold.
   */
  keep({ first, count }: Shard, { worker, calls }: ReadResult): Promise<void> | undefined {
    calls.forEach(({ ok, bytes }, i) => {
      const input = this.#inputs.get(first + i);
      this.#inputs.delete(first + i);
      if (!ok || !bytes || input === undefined || worker === FROM_CACHE || bytes.byteLength > this.#options.maxBytes)
        return;
      this.#hasKept = true;
      this.#cache.keep(input, bytes);
    });
    const { done, total } = this.#outcomes;
    const isLast = total !== undefined && done + count >= total;
    return (isLast && this.#hasKept) || this.#cache.isFull ? this.#cache.flush() : undefined;
  }

  /** Resolves once all that was kept so far is stored, or cannot be. */
  flush(): Promise<void> {
    return this.#cache.flush();
  }

  /** The job has ended. Never rejects. */
  async end(): Promise<void> {
    if (this.#hasKept) await this.#cache.tidy(this.#options.maxBytes);
  }
}
