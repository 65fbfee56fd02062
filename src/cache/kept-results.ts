/** Which results of one function a store has, and where: held in memory, and compared with the store at the start of each job. */
import pLimit from "p-limit";
import type { Store } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import { DamagedBatch, type KeptResult } from "./batch.js";
import { readBatchKey, recipePrefix } from "./keys.js";
import { type MaybeValue, openBatch, type StoredBatch } from "./stored-batch.js";
import type { Troubles } from "./troubles.js";

/** Requests at once: most of a read's time is waiting. */
const READS_AT_ONCE = 16;

interface Place {
  batch: StoredBatch;
  row: number;
  keptAt: number;
}

export class KeptResults {
  readonly #store: Store;
  readonly #recipe: string;
  readonly #troubles: Troubles;
  readonly #batches = new Map<string, StoredBatch>();
  /** By the digests of the inputs. */
  readonly #places = new Map<string, Place>();
  #refreshing: Promise<void> | undefined;

  constructor(store: Store, recipe: string, troubles: Troubles) {
    this.#store = store;
    this.#recipe = recipe;
    this.#troubles = troubles;
  }

  get batches(): StoredBatch[] {
    return [...this.#batches.values()];
  }

  /** Learns what others have kept, and removed. Jobs that start together share it. Never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Size of the value that was kept for the input, bytes; undefined where there is none that was kept after `keptAfter`. */
  find(input: string, keptAfter: number): number | undefined {
    const place = this.#places.get(input);
    if (!place || place.keptAt < keptAfter) return undefined;
    const { start, end } = place.batch.head.row(place.row);
    return end - start;
  }

  /** Those of the inputs. Never rejects. */
  async values(inputs: readonly string[]): Promise<MaybeValue[]> {
    const found: MaybeValue[] = new Array(inputs.length);
    const limit = pLimit(READS_AT_ONCE);
    const read = async (batch: StoredBatch, wanted: readonly Wanted[]) => {
      const values = await this.#valuesOf(
        batch,
        wanted.map(({ row }) => row),
      );
      wanted.forEach(({ at }, i) => {
        found[at] = values[i];
      });
    };
    await Promise.all([...this.#byBatch(inputs)].map(([batch, wanted]) => limit(() => read(batch, wanted))));
    return found;
  }

  add(batch: StoredBatch): void {
    this.#batches.set(batch.key, batch);
    for (let row = 0; row < batch.head.results; row++) {
      const { input, keptAt } = batch.head.row(row);
      const known = this.#places.get(input);
      if (!known || known.keptAt <= keptAt) this.#places.set(input, { batch, row, keptAt });
    }
  }

  forget(key: string): void {
    const batch = this.#batches.get(key);
    if (!batch) return;
    this.#batches.delete(key);
    for (let row = 0; row < batch.head.results; row++) {
      const { input } = batch.head.row(row);
      if (this.#places.get(input)?.batch === batch) this.#places.delete(input);
    }
  }

  /** Of a batch, those results of which no newer ones are known. Rejects with `StoreError`. */
  async newestOf(batch: StoredBatch): Promise<KeptResult[]> {
    const rows = Array.from({ length: batch.head.results }, (_, row) => row).filter((row) => {
      const place = this.#places.get(batch.head.row(row).input);
      return place?.batch === batch && place.row === row;
    });
    const values = await batch.values(rows);
    return rows.flatMap((row, i) => {
      const bytes = values[i];
      const { input, keptAt } = batch.head.row(row);
      return bytes ? [{ input, keptAt, bytes }] : [];
    });
  }

  #byBatch(inputs: readonly string[]): Map<StoredBatch, Wanted[]> {
    const wanted = new Map<StoredBatch, Wanted[]>();
    for (const [at, input] of inputs.entries()) {
      const place = this.#places.get(input);
      if (!place) continue;
      const rows = wanted.get(place.batch) ?? [];
      wanted.set(place.batch, rows);
      rows.push({ at, row: place.row });
    }
    return wanted;
  }

  async #valuesOf(batch: StoredBatch, rows: readonly number[]): Promise<MaybeValue[]> {
    try {
      const values = await batch.values(rows);
      if (values.includes(undefined)) this.#tellDamaged(batch.key, "values in it are not those that were kept");
      return values;
    } catch (error) {
      this.#tellUnreadable(error);
      return [];
    }
  }

  async #refresh(): Promise<void> {
    try {
      const listed = new Map<string, number>();
      for await (const { key, bytes } of this.#store.list(recipePrefix(this.#recipe)))
        if (readBatchKey(key)) listed.set(key, bytes);
      for (const key of this.#batches.keys()) if (!listed.has(key)) this.forget(key);
      const limit = pLimit(READS_AT_ONCE);
      const unknown = [...listed].filter(([key]) => !this.#batches.has(key));
      const opened = await Promise.all(unknown.map(([key, bytes]) => limit(() => this.#open(key, bytes))));
      for (const batch of opened) if (batch && !this.#batches.has(batch.key)) this.add(batch);
    } catch (error) {
      this.#tellUnreadable(error);
    }
  }

  /** One that is damaged is removed, so that nobody reads it again. */
  async #open(key: string, bytes: number): Promise<StoredBatch | undefined> {
    try {
      return await openBatch(this.#store, key, bytes);
    } catch (error) {
      if (!(error instanceof DamagedBatch)) throw error;
      this.#tellDamaged(key, error.message);
      await this.#store.delete(key).catch(() => {});
      return undefined;
    }
  }

  #tellDamaged(key: string, what: string): void {
    this.#troubles.tell(
      "damaged",
      `Kept results are damaged (${key}: ${what}). What cannot be read of them is run again, and kept anew.`,
    );
  }

  #tellUnreadable(error: unknown): void {
    this.#troubles.tell("unreadable", `Kept results cannot be read, so their calls run again: ${textOf(error)}`);
  }
}

/** A row of a batch, and which of those that were asked for it is. */
interface Wanted {
  at: number;
  row: number;
}
