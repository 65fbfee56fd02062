/**
 * A request and the record of its job name the same code: whoever can write to one of them only, to the store or to the
 * platform's queue, cannot thereby choose what runs for a job.
 */
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { RecentMap } from "../util/recent-map.js";
import { BILLED_STORES } from "../util/store-place.js";
import { textOfCode } from "../wire/code-of-job.js";
import { decodeJobRecord } from "../wire/job-record.js";
import { jobKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";

/** Jobs whose record is remembered: a worker runs few at once. */
const MAX_JOBS = 1000;

export class CheckedRecords {
  readonly #codes = new RecentMap<string, Promise<string>>(MAX_JOBS);

  /**
   * Reads the record once a job. Rejects with `StoreError` when there is none, or when it names other code. The folder of a host
   * that still runs, which nobody else can enter, is taken at its word, and so is who may invoke workers with a store where
   * each read is paid for.
   */
  async check(store: Store, request: ShardRequest): Promise<void> {
    // Where each read is billed, one more for each new worker would be a third of what a shard costs.
    if (request.store.temporary === true || BILLED_STORES.has(request.store.kind)) return;
    const { jobId } = request;
    const recorded = await this.#codes.getOrMake(jobId, () => this.#read(store, jobId));
    if (recorded === textOfCode(request)) return;
    this.#codes.delete(jobId);
    throw new StoreError(
      `The record ${jobKey(jobId)} names other code than the request does: one of them was altered. Nothing of it was run.`,
      { key: jobKey(jobId), isTransient: false },
    );
  }

  async #read(store: Store, jobId: string): Promise<string> {
    const key = jobKey(jobId);
    try {
      const bytes = await store.get(key);
      if (!bytes)
        throw new StoreError(`The store has no ${key}. Was it cleaned while the job ran? Run the job again.`, { key });
      const { packagesDigest, fold, shuffle, ...record } = decodeJobRecord(bytes, key);
      return textOfCode({
        ...record,
        packagesDigest: packagesDigest ?? undefined,
        fold: fold ?? undefined,
        shuffle: shuffle ?? undefined,
      });
    } catch (error) {
      this.#codes.delete(jobId);
      throw error;
    }
  }
}
