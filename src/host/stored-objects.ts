/** Which objects that jobs share, such as functions, an executor has stored; in a store of its own, old ones are dropped. */
import type { FileStore } from "../stores/file/store.js";
import type { Store } from "../stores/store.js";

/** Objects that no job uses are kept up to this size in all, for the next job that needs them, bytes. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** What each counts for at least, bytes: so no more than 256 small ones are kept, each of which takes a file, and an entry here. */
const MIN_COUNTED_BYTES = 64 * 1024;

export class StoredObjects {
  /** Where objects may be dropped; undefined where the store is not the executor's own. */
  readonly #store: Store | undefined;
  /** What they count for by key, those that were used last at the end. */
  readonly #bytes = new Map<string, number>();
  readonly #users = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<void>>();
  #total = 0;

  constructor(ownStore?: Store) {
    this.#store = ownStore;
  }

  has(key: string): boolean {
    return this.#bytes.has(key);
  }

  /** Stores an object unless that was done. Jobs that start together share the write; where it fails, the next one tries its own. */
  async once(key: string, bytes: number, put: () => Promise<unknown>): Promise<void> {
    for (let other = this.#underWay.get(key); other; other = this.#underWay.get(key)) await other.catch(() => {});
    if (this.has(key)) return;
    const storing = put().then(() => this.add(key, bytes));
    this.#underWay.set(key, storing);
    try {
      await storing;
    } finally {
      this.#underWay.delete(key);
    }
  }

  add(key: string, bytes: number): void {
    this.#forget(key);
    const counted = Math.max(bytes, MIN_COUNTED_BYTES);
    this.#bytes.set(key, counted);
    this.#total += counted;
  }

  /** Someone else may have removed them. */
  clear(): void {
    this.#bytes.clear();
    this.#total = 0;
  }

  /** Keeps the objects for a job, until what is returned is called. */
  use(keys: readonly string[]): () => void {
    for (const key of keys) {
      this.#users.set(key, (this.#users.get(key) ?? 0) + 1);
      const bytes = this.#bytes.get(key);
      if (bytes !== undefined) this.add(key, bytes);
    }
    return () => {
      for (const key of keys) this.#leave(key);
      if (this.#store) this.#drop(this.#store);
    };
  }

  #leave(key: string): void {
    const users = (this.#users.get(key) as number) - 1;
    if (users > 0) this.#users.set(key, users);
    else this.#users.delete(key);
  }

  #drop(store: Store): void {
    for (const key of [...this.#bytes.keys()]) {
      if (this.#total <= KEPT_BYTES) return;
      if (this.#users.has(key)) continue;
      this.#forget(key);
      // One that stays goes with the store.
      store.delete(key).catch(() => {});
    }
  }

  #forget(key: string): void {
    this.#total -= this.#bytes.get(key) ?? 0;
    this.#bytes.delete(key);
  }
}

/** As many as Node has threads for files. */
const REMOVED_AT_ONCE = 4;

/** Jobs of which calls failed that are kept at most, as long as they take no more than `KEPT_BYTES` together. */
const KEPT_FAILED = 8;

/**
 * Removes what a store of the executor's own has of jobs that have ended: their values are held by their futures. Of the last
 * ones of which calls failed, all but the results is kept, so that these calls can be run again by `future.replay()`.
 */
export class EndedJobs {
  readonly #store: FileStore;
  readonly #failed: { jobId: string; bytes: number }[] = [];
  readonly #kept = new Map<string, { users: number; drop: (() => void) | undefined }>();
  /** What each is at. */
  readonly #lanes: Promise<void>[] = Array.from({ length: REMOVED_AT_ONCE }, () => Promise.resolve());
  #turn = 0;

  constructor(ownStore: FileStore) {
    this.#store = ownStore;
  }

  /** Keeps what there is of a job that runs, until what is returned is called: another job has its results as inputs. */
  retain(jobId: string): () => void {
    const kept = this.#kept.get(jobId) ?? { users: 0, drop: undefined };
    kept.users++;
    this.#kept.set(jobId, kept);
    return () => {
      if (--kept.users > 0) return;
      this.#kept.delete(jobId);
      kept.drop?.();
    };
  }

  isRetained(jobId: string): boolean {
    return this.#kept.has(jobId);
  }

  /** Whether somebody needs the job; what is to be done then is done when nobody does. */
  #isKept(jobId: string, drop: () => void): boolean {
    const kept = this.#kept.get(jobId);
    if (kept) kept.drop = drop;
    return kept !== undefined;
  }

  /** A few at once, so that thousands do not get in the way of what still runs, and yet go as fast as jobs end. */
  drop(jobId: string): Promise<void> {
    if (this.#isKept(jobId, () => void this.drop(jobId))) return Promise.resolve();
    return this.#next(() => this.#store.deleteFolder(`jobs/${jobId}`));
  }

  /** As `drop`, for a job of which calls failed. */
  dropResults(jobId: string): Promise<void> {
    if (this.#isKept(jobId, () => void this.dropResults(jobId))) return Promise.resolve();
    return this.#next(async () => {
      await this.#store.deleteFolder(`jobs/${jobId}/results`);
      this.#failed.push({ jobId, bytes: await this.#bytesOf(jobId) });
      while (this.#failed.length > KEPT_FAILED || this.#failedBytes > KEPT_BYTES)
        await this.#store.deleteFolder(`jobs/${this.#failed.shift()?.jobId}`);
    });
  }

  /** Resolves when nothing is being dropped. */
  get dropped(): Promise<void> {
    return Promise.all(this.#lanes).then(() => {});
  }

  get #failedBytes(): number {
    return this.#failed.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #bytesOf(jobId: string): Promise<number> {
    let sum = 0;
    for await (const { bytes } of this.#store.list(`jobs/${jobId}/`)) sum += bytes;
    return sum;
  }

  #next(action: () => Promise<void>): Promise<void> {
    const lane = this.#turn++ % REMOVED_AT_ONCE;
    // One that stays goes with the store.
    const done = (this.#lanes[lane] as Promise<void>).then(action).catch(() => {});
    this.#lanes[lane] = done;
    return done;
  }
}
