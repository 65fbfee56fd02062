/** A job's results on their way to a place of the user's: which job has the place, and what of it counts in the end. */
import { CancelledError } from "../errors.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { Store } from "../stores/store.js";
import { type Delivery, isPartName, MANIFEST_KEY, PART_PREFIX, type Part } from "../wire/delivery.js";
import {
  encodeManifest,
  failedCall,
  type Manifest,
  type ManifestObject,
  newManifest,
  readManifest,
} from "./manifest.js";

export class JobDelivery {
  /** For requests and the record. */
  readonly spec: Delivery;
  readonly #jobId: string;
  readonly #store: Store;
  readonly #parts = new Map<string, ManifestObject & { written: number }>();
  #isClaimed = false;

  /** @param store where it goes, as this host uses it */
  constructor(jobId: string, spec: Delivery, store: Store) {
    this.#jobId = jobId;
    this.spec = spec;
    this.#store = store;
  }

  /** Takes the place for the job. Rejects with `OptionError` when another job has it, and with `StoreError`. */
  async claim(): Promise<void> {
    const manifest = encodeManifest(newManifest(this.#jobId, this.spec));
    // One that is there may be this job's own: of a host that drove it before, or of a try whose answer was lost.
    while (!(await this.#store.putIfAbsent(MANIFEST_KEY, manifest)))
      if (await readManifest(this.#store, this.#jobId)) break;
    this.#isClaimed = true;
  }

  /** A result object counts that says so. */
  add({ first, count }: { first: number; count: number }, part: Part, calls: readonly { ok: boolean }[]): void {
    const written = calls.filter(({ ok }) => ok).length;
    this.#parts.set(part.name, { ...part, first, count, written });
  }

  /**
   * Says in the manifest what counts, and removes what does not. Does nothing where another job has the place. A job that ended
   * before anything was written leaves it. Rejects with `StoreError`.
   */
  async finish(outcomes: CallOutcomes<unknown>): Promise<void> {
    if (!this.#isClaimed) return;
    const manifest = this.#manifestOf(outcomes);
    if (manifest.status === "incomplete" && this.#parts.size === 0) await this.#store.delete(MANIFEST_KEY);
    else await this.#store.put(MANIFEST_KEY, encodeManifest(manifest));
    await this.#sweep().catch(() => {});
    await this.#store.close?.();
  }

  /** As `finish()`, for a host that followed: its driver may have died just before. */
  async finishForDriver(outcomes: CallOutcomes<unknown>): Promise<void> {
    if ((await readManifest(this.#store, this.#jobId))?.status !== "running") return;
    this.#isClaimed = true;
    await this.finish(outcomes);
  }

  #manifestOf({ taken, failures, end, cut }: CallOutcomes<unknown>): Manifest {
    const objects = [...this.#parts.values()].sort((a, b) => a.first - b.first);
    const failed = [...failures].filter(([, reason]) => !(reason instanceof CancelledError));
    const written = objects.reduce((sum, part) => sum + part.written, 0);
    return {
      ...newManifest(this.#jobId, this.spec),
      status: end || cut ? "incomplete" : "complete",
      calls: taken,
      written,
      left: taken - written - failed.length,
      records: objects.reduce((sum, { records }) => sum + records, 0),
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
      objects: objects.map(({ written: _, ...object }) => object),
      failed: failed.sort(([a], [b]) => a - b).map(([index, reason]) => failedCall(index, reason)),
    };
  }

  /** Removes what attempts wrote whose results do not count. */
  async #sweep(): Promise<void> {
    for await (const { key } of this.#store.list(PART_PREFIX))
      if (isPartName(key) && !this.#parts.has(key)) await this.#store.delete(key);
  }
}
