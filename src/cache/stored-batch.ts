/** Reads a batch from its store: the head first, and of the values those that are asked for. */
import type { Store } from "../stores/store.js";
import { BatchHead, headBytes, isOfThisVersion } from "./batch.js";

/** Read at first: the heads of a thousand results, and the whole of most batches that have few. */
const FIRST_BYTES = 64 * 1024;

/** Values that are farther apart than this are read by themselves, bytes: as long as a request takes, a store sends as much. */
const MAX_GAP_BYTES = 256 * 1024;

/** Read at once, at most, unless a single value is larger. */
const MAX_READ_BYTES = 16 * 1024 * 1024;

/** A value that is not what was kept, or is not there any more, is undefined. */
export type MaybeValue = Uint8Array | undefined;

export class StoredBatch {
  readonly #store: Store;
  /** The object, where it is small. */
  readonly #body: Uint8Array | undefined;

  constructor(
    store: Store,
    readonly key: string,
    readonly bytes: number,
    readonly head: BatchHead,
    body?: Uint8Array,
  ) {
    this.#store = store;
    this.#body = body;
  }

  /** Of the rows, in any order. Rejects with `StoreError`. */
  async values(rows: readonly number[]): Promise<MaybeValue[]> {
    const found = new Map<number, MaybeValue>();
    for (const run of this.#runs([...rows].sort((a, b) => a - b))) await this.#readRun(run, found);
    return rows.map((row) => found.get(row));
  }

  /** Rows that are read by one request. */
  #runs(rows: readonly number[]): number[][] {
    const runs: number[][] = [];
    for (const row of rows) {
      const last = runs.at(-1);
      const { start, end } = this.head.row(row);
      const isNear =
        last &&
        start - this.head.row(last.at(-1) as number).end <= MAX_GAP_BYTES &&
        end - this.head.row(last[0] as number).start <= MAX_READ_BYTES;
      if (isNear) last.push(row);
      else runs.push([row]);
    }
    return runs;
  }

  async #readRun(rows: readonly number[], found: Map<number, MaybeValue>): Promise<void> {
    const from = this.head.row(rows[0] as number).start;
    const to = this.head.row(rows.at(-1) as number).end;
    const range = await this.#range(from, to);
    for (const row of rows) {
      const { start, end } = this.head.row(row);
      const value = range?.subarray(start - from, end - from);
      found.set(row, value && this.head.isValue(row, value) ? value : undefined);
    }
  }

  async #range(start: number, end: number): Promise<MaybeValue> {
    if (this.#body) return this.#body.subarray(start, end);
    // Some servers refuse a range of no bytes.
    if (start === end) return new Uint8Array();
    return this.#store.get(this.key, { start, end });
  }
}

/**
 * Undefined where it is gone, or of another release's layout. Rejects with `DamagedBatch` and `StoreError`.
 *
 * @param bytes its size, as the store lists it
 */
export async function openBatch(store: Store, key: string, bytes: number): Promise<StoredBatch | undefined> {
  const beginning = await store.get(key, { start: 0, end: FIRST_BYTES });
  if (!beginning || (beginning.byteLength > 0 && !isOfThisVersion(beginning))) return undefined;
  const size = headBytes(beginning, bytes);
  const rest =
    size > beginning.byteLength ? await store.get(key, { start: beginning.byteLength, end: size }) : undefined;
  const all = rest ? Buffer.concat([beginning, rest]) : beginning;
  const head = new BatchHead(all.subarray(0, size), bytes);
  return new StoredBatch(store, key, bytes, head, all.byteLength === bytes ? all : undefined);
}
