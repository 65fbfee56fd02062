/** A store whose failures are waited out: it may be out for a while, and what was computed meanwhile must not be lost. */
import type { StoreError } from "../errors.js";
import { pause } from "../util/abort.js";
import { monotonicMs, SECOND_MS } from "../util/time.js";
import type { Body, ByteRange, Store, StoreDescriptor, StoreEntry } from "./store.js";

/** First pause before an operation is tried again, ms; it doubles with each try. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2 * SECOND_MS;

export interface Patience {
  /** Longest time for which an operation that fails is tried again, ms. */
  patienceMs: number;
  /** Ends all waiting when aborted. */
  signal?: AbortSignal | undefined;
  /** Called before each pause with the time that the operation has been failing for, ms. */
  onWait?: (failingMs: number, error: unknown) => void;
}

/** Operations reject with the last failure once patience has ended, and at once where waiting cannot help. */
export class PatientStore implements Store {
  readonly #store: Store;
  readonly #patience: Patience;

  constructor(store: Store, patience: Patience) {
    this.#store = store;
    this.#patience = patience;
  }

  get reach(): Store["reach"] {
    return this.#store.reach;
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }

  get descriptor(): StoreDescriptor {
    return this.#store.descriptor;
  }

  /** False also when a try that seemed to fail has created the object. */
  putIfAbsent(key: string, body: Body): Promise<boolean> {
    return this.#tryFor(() => this.#store.putIfAbsent(key, body));
  }

  put(key: string, body: Body): Promise<void> {
    return this.#tryFor(() => this.#store.put(key, body));
  }

  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return this.#tryFor(() => this.#store.get(key, range));
  }

  delete(key: string): Promise<void> {
    return this.#tryFor(() => this.#store.delete(key));
  }

  async *list(prefix: string, { startAfter = "" }: { startAfter?: string } = {}): AsyncIterable<StoreEntry> {
    let last = startAfter;
    let tries = this.#newTries();
    for (;;) {
      const entries = this.#store.list(prefix, { startAfter: last })[Symbol.asyncIterator]();
      try {
        for (let step = await entries.next(); !step.done; step = await entries.next()) {
          last = step.value.key;
          tries = this.#newTries();
          yield step.value;
        }
        return;
      } catch (error) {
        await tries.waitAfter(error);
      }
    }
  }

  async #tryFor<T>(action: () => Promise<T>): Promise<T> {
    let tries: Tries | undefined;
    for (;;) {
      try {
        return await action();
      } catch (error) {
        tries ??= this.#newTries();
        await tries.waitAfter(error);
      }
    }
  }

  #newTries(): Tries {
    return new Tries(this.#patience);
  }
}

/** Those at one operation. */
class Tries {
  readonly #patience: Patience;
  #failingSince: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Rejects with the error when waiting is over, or cannot help. */
  async waitAfter(error: unknown): Promise<void> {
    const { patienceMs, signal = new AbortController().signal, onWait } = this.#patience;
    this.#failingSince ??= monotonicMs();
    const failingMs = monotonicMs() - this.#failingSince;
    // By its field, as a store may be of another copy of this package.
    const isFinal = (error as Partial<StoreError> | undefined)?.isTransient === false;
    if (isFinal || signal.aborted || failingMs >= patienceMs) throw error;
    onWait?.(failingMs, error);
    const pauseMs = Math.min(this.#pauseMs * (0.5 + Math.random()), patienceMs - failingMs);
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
    await pause(pauseMs, signal).catch(() => {
      throw error;
    });
  }
}
