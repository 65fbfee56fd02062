/** Fetches function payloads by digest and keeps the prepared programs of the last ones, for warm workers. */
import { type ImportPackage, load, type Program } from "../capture/rebuild.js";
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { digestOf } from "../wire/digest.js";
import { broadcastKey, functionKey, packagesKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";
import { BroadcastCache } from "./broadcasts.js";
import { PackagesCache } from "./packages.js";

/** Programs that stay prepared. A script seldom alternates between more functions than this. */
const MAX_PROGRAMS = 16;

/** What of a request tells which program is meant. */
type ProgramRequest = Pick<ShardRequest, "prefix" | "functionDigest" | "packagesDigest" | "packagesRoot">;

export class FunctionCache {
  readonly #programs = new Map<string, Promise<Program>>();
  readonly #broadcasts = new BroadcastCache();
  readonly #packages = new PackagesCache();

  /** The program of the request's payload. Rejects with `StoreError` when payload or packages are missing or altered. */
  get(store: Store, request: ProgramRequest): Promise<Program> {
    const { functionDigest, packagesDigest, packagesRoot } = request;
    const key = [functionDigest, packagesDigest, packagesRoot].join(" ");
    const known = this.#programs.get(key);
    if (known) return known;
    const program = this.#prepare(store, request);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key));
    this.#forgetOldest();
    return program;
  }

  async #prepare(store: Store, request: ProgramRequest): Promise<Program> {
    const { prefix, functionDigest } = request;
    const [payload, importPackage] = await Promise.all([
      fetchChecked(store, functionKey(prefix, functionDigest), functionDigest),
      this.#importerOf(store, request),
    ]);
    return load(payload, {
      importPackage,
      resolveReference: (token) =>
        this.#broadcasts.get(token, () => fetchChecked(store, broadcastKey(prefix, token), token)),
    });
  }

  /** Undefined on workers that have the caller's own files. */
  async #importerOf(store: Store, request: ProgramRequest): Promise<ImportPackage | undefined> {
    const { prefix, packagesDigest: digest = "", packagesRoot } = request;
    if (packagesRoot === undefined) return undefined;
    return this.#packages.importerOf(packagesRoot, request.packagesDigest, () =>
      fetchChecked(store, packagesKey(prefix, digest), digest),
    );
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
