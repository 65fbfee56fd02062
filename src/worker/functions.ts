/** Fetches function payloads by digest and keeps the prepared programs of the last ones, for warm workers. */
import { load, type Program } from "../capture/rebuild.js";
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { digestOf } from "../wire/digest.js";
import { broadcastKey, functionKey } from "../wire/keys.js";
import { BroadcastCache } from "./broadcasts.js";

/** Programs that stay prepared. A script seldom alternates between more functions than this. */
const MAX_PROGRAMS = 16;

export class FunctionCache {
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #broadcasts = new BroadcastCache();

  /** The program of the payload with this SHA-256. Rejects with `StoreError` when it is missing or altered. */
  get(store: Store, prefix: string, digest: string): Promise<Program> {
    const known = this.#programs.get(digest);
    if (known) return known;
    const program = this.#prepare(store, prefix, digest);
    this.#programs.set(digest, program);
    program.catch(() => this.#programs.delete(digest));
    this.#forgetOldest();
    return program;
  }

  async #prepare(store: Store, prefix: string, digest: string): Promise<Program> {
    const payload = await fetchChecked(store, functionKey(prefix, digest), digest);
    return load(payload, {
      resolveReference: (token) =>
        this.#broadcasts.get(token, () => fetchChecked(store, broadcastKey(prefix, token), token)),
    });
  }

  #forgetOldest(): void {
    if (this.#programs.size <= MAX_PROGRAMS) return;
    const [oldest] = this.#programs.keys();
    this.#programs.delete(oldest as string);
  }
}

/** Code runs only after its digest was checked: whoever can write to the store cannot thereby choose what runs. */
async function fetchChecked(store: Store, key: string, digest: string): Promise<Uint8Array> {
  const bytes = await store.get(key);
  if (!bytes)
    throw new StoreError(`The store has no ${key}. Was it cleaned while the job ran? Run the job again.`, { key });
  if (digestOf(bytes) !== digest)
    throw new StoreError(`${key} was altered: its bytes do not match its digest. Nothing of it was run.`, { key });
  return bytes;
}
