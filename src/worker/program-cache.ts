/** Fetches function payloads by digest and keeps the last ones prepared, with their setups, for warm workers. */
import { type LoadOptions, load, type Program } from "../capture/rebuild/rebuild.js";
import { StoreError } from "../errors.js";
import { itemOfToken } from "../inputs/item-classes.js";
import { OpenBuckets } from "../inputs/object-content.js";
import type { Store } from "../stores/store.js";
import { PromiseCache } from "../util/promise-cache.js";
import { type CodeOfJob, helperDigestsOf, textOfCode } from "../wire/code-of-job.js";
import { digestOf } from "../wire/digest.js";
import { broadcastKey, functionKey, packagesKey } from "../wire/keys.js";
import type { ShardRequest } from "../wire/messages.js";
import { BroadcastCache } from "./broadcast-cache.js";
import { type Importer, PackagesCache } from "./package-cache.js";
import type { PackagesFolder } from "./packages-folder.js";
import { newSetUpFor, type PreparedJob } from "./setups.js";

/** Functions that stay prepared. A script seldom alternates between more than this. */
const MAX_PREPARED = 16;

/** What of a request tells which functions are meant. */
type ProgramRequest = CodeOfJob & Pick<ShardRequest, "packagesRoot">;

interface Prepared extends PreparedJob {
  /** Whether the files of its packages are still there. */
  isCurrent: () => boolean;
}

export class FunctionCache {
  readonly #prepared = new PromiseCache<Prepared>({ max: MAX_PREPARED, isCurrent: ({ isCurrent }) => isCurrent() });
  readonly #broadcasts = new BroadcastCache();
  readonly #packages: PackagesCache;
  /** That functions read items from which they close over. */
  readonly #buckets = new OpenBuckets();

  /** @param folder where packages are unpacked that travel as files. Default: one that goes with the process. */
  constructor(folder?: PackagesFolder) {
    this.#packages = new PackagesCache(folder);
  }

  /** What the request's payloads hold. Rejects with `StoreError` when one of them or the packages are missing or altered. */
  get(store: Store, request: ProgramRequest): Promise<PreparedJob> {
    const key = [textOfCode(request), request.packagesRoot].join(" ");
    return this.#prepared.get(key, () => this.#prepare(store, request));
  }

  /** All at once: a setup must be given the very copy of a package that the function is given. */
  async #prepare(store: Store, request: ProgramRequest): Promise<Prepared> {
    const { functionDigest, setupDigests = [] } = request;
    const digests = helperDigestsOf(request);
    const [payload, setupPayloads, helperPayloads, importer] = await Promise.all([
      fetchFunction(store, functionDigest),
      Promise.all(setupDigests.map((digest) => fetchFunction(store, digest))),
      Promise.all(digests.map((digest) => fetchFunction(store, digest))),
      this.#importerOf(store, request),
    ]);
    const options: LoadOptions = {
      importPackage: importer?.importPackage,
      resolveReference: (token) =>
        itemOfToken(token, { store, buckets: this.#buckets }) ??
        this.#broadcasts.get(token, () => fetchChecked(store, broadcastKey(token), token)),
    };
    const setups: Program[] = [];
    for (const bytes of setupPayloads) setups.push(await load(bytes, options));
    const program = await load(payload, options);
    const helpers = new Map<string, Program>();
    for (const [i, bytes] of helperPayloads.entries()) helpers.set(digests[i] as string, await load(bytes, options));
    const isCurrent = importer?.isCurrent ?? (() => true);
    return { program, setups, helpers, setUpFor: newSetUpFor(), isCurrent };
  }

  /** Undefined on workers that have the caller's own files. */
  async #importerOf(store: Store, request: ProgramRequest): Promise<Importer | undefined> {
    const { packagesDigest: digest = "", packagesRoot } = request;
    if (packagesRoot === undefined) return undefined;
    return this.#packages.importerOf(packagesRoot, request.packagesDigest, () =>
      fetchChecked(store, packagesKey(digest), digest),
    );
  }
}

function fetchFunction(store: Store, digest: string): Promise<Uint8Array> {
  return fetchChecked(store, functionKey(digest), digest);
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
