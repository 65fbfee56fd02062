/** What is kept of one function: found in the store, or on its way there. All jobs of an executor with that function share it. */
import type { Store } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import { now, SECOND_MS } from "../util/time.js";
import { BatchHead, encodeBatch, type KeptResult, sizeOfKept } from "./batch.js";
import { KeptResults } from "./kept-results.js";
import { newBatchKey } from "./keys.js";
import { BATCH_BYTES, partsOf } from "./parts.js";
import { type MaybeValue, StoredBatch } from "./stored-batch.js";
import { putTogether, removeOldest } from "./tidy.js";
import type { Troubles } from "./troubles.js";

/** When more waits to be stored, jobs wait, too. */
const MAX_WAITING_BYTES = 4 * BATCH_BYTES;

/** Longest time for which a result waits for others, ms: as much is lost when the host is killed. */
const MAX_WAIT_MS = SECOND_MS;

export class RecipeCache {
  readonly #store: Store;
  readonly #recipe: string;
  readonly #functionName: string;
  readonly #troubles: Troubles;
  readonly #kept: KeptResults;
  /** Those that are not stored yet. */
  readonly #waiting = new Map<string, KeptResult>();
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;

  constructor(store: Store, { recipe, functionName }: { recipe: string; functionName: string }, troubles: Troubles) {
    this.#store = store;
    this.#recipe = recipe;
    this.#functionName = functionName;
    this.#troubles = troubles;
    this.#kept = new KeptResults(store, recipe, troubles);
  }

  /** Learns what others have kept, and removed. Never rejects. */
  refresh(): Promise<void> {
    return this.#kept.refresh();
  }

  /** Size of the value that was kept for the input, bytes; undefined where there is none that was kept after `keptAfter`. */
  find(input: string, keptAfter: number): number | undefined {
    const waiting = this.#waiting.get(input);
    return waiting && waiting.keptAt >= keptAfter ? waiting.bytes.byteLength : this.#kept.find(input, keptAfter);
  }

  /** Those of inputs that were found. Never rejects. */
  async values(inputs: readonly string[]): Promise<MaybeValue[]> {
    const waiting = inputs.map((input) => this.#waiting.get(input)?.bytes);
    const others = inputs.filter((_, i) => !waiting[i]);
    const stored = await this.#kept.values(others);
    // Others may have put batches together meanwhile.
    if (others.some((_, i) => !stored[i])) await this.#lookAgain(others, stored);
    let next = 0;
    return waiting.map((value) => value ?? stored[next++]);
  }

  /** From now on the result is found, and soon it is stored. */
  keep(input: string, bytes: Uint8Array): void {
    const before = this.#waiting.get(input);
    this.#waiting.set(input, { input, bytes, keptAt: now() });
    this.#waitingBytes += sizeOfKept({ bytes }) - (before ? sizeOfKept(before) : 0);
    this.#timer ??= setTimeout(() => void this.flush(), MAX_WAIT_MS).unref();
    if (this.#waitingBytes >= BATCH_BYTES) void this.flush();
  }

  /** Whether so much waits to be stored that nothing more should be run before `flush()`. */
  get isFull(): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES;
  }

  /** Resolves once all that waits is stored, or cannot be. What comes while something is written goes together with the next. */
  flush(): Promise<void> {
    if (this.#waiting.size === 0) return this.#writing;
    this.#queued ??= this.#writing.then(() => {
      this.#queued = undefined;
      this.#writing = this.#writeAll();
      return this.#writing;
    });
    return this.#queued;
  }

  /** Puts many small batches together, and removes the oldest ones of all functions beyond `maxBytes`. Never rejects. */
  async tidy(maxBytes: number): Promise<void> {
    await this.flush();
    const write = (results: readonly KeptResult[]) => this.#write(results);
    try {
      await putTogether(this.#store, this.#kept, write);
      await removeOldest(this.#store, this.#kept, maxBytes);
    } catch (error) {
      this.#troubles.tell("untidy", `Kept results cannot be put together or removed: ${textOf(error)}`);
    }
  }

  async #lookAgain(inputs: readonly string[], found: MaybeValue[]): Promise<void> {
    await this.refresh();
    const missing = inputs.flatMap((_, i) => (found[i] ? [] : [i]));
    const values = await this.#kept.values(missing.map((i) => inputs[i] as string));
    for (const [at, i] of missing.entries()) found[i] = values[at];
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const results = [...this.#waiting.values()];
    try {
      for (const part of partsOf(results)) await this.#write(part);
    } catch (error) {
      this.#tellUnwritable(error);
    }
    for (const result of results) {
      // One that came meanwhile waits for the next batch.
      if (this.#waiting.get(result.input) !== result) continue;
      this.#waiting.delete(result.input);
      this.#waitingBytes -= sizeOfKept(result);
    }
  }

  async #write(results: readonly KeptResult[]): Promise<void> {
    const keptAt = results.reduce((latest, one) => Math.max(latest, one.keptAt), 0);
    const key = newBatchKey({ recipe: this.#recipe, keptAt, results: results.length });
    const pieces = encodeBatch({ functionName: this.#functionName }, results);
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    await this.#store.putIfAbsent(key, pieces);
    this.#kept.add(new StoredBatch(this.#store, key, bytes, new BatchHead(pieces[0] as Uint8Array, bytes)));
  }

  #tellUnwritable(error: unknown): void {
    this.#troubles.tell("unwritable", `Results cannot be kept, so their calls will run again: ${textOf(error)}`);
  }
}
