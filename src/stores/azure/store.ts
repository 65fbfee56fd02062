/** A container of Azure Blob Storage as object store. For workers anywhere. */
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { RestStore } from "../rest/store.js";
import { AzureDialect } from "./dialect.js";
import {
  type AzureBlobStoreOptions,
  type AzureSettings,
  azureSettings,
  type ContainerPrefix,
  parseAzureUrl,
} from "./options.js";

/** What a worker needs to open the same store. Credentials are never part of it. */
export interface AzureBlobStoreDescriptor {
  kind: "azure";
  account: string;
  container: string;
  prefix: string;
  endpoint?: string;
  timeoutMs: number;
  [setting: string]: unknown;
}

/**
 * Blobs of a container. Needs no package with a key of the account or a shared access signature; for managed identities and `az login`, `@azure/identity`.
 *
 * - Creating if absent is a Put Blob with `If-None-Match: *`, so the service decides who was first. A writer whose answer was lost and who is told "exists already"
 *   knows its own blob by an id in its metadata. On servers other than Microsoft's, the first write that creates is sent twice, as with `S3Store`.
 * - A body is one request, of up to 5,000 MiB. Its MD5 goes with it, which the service checks, and which is checked again whenever the blob is read whole.
 * - A request that fails for a reason that may pass is tried again, up to ten times with waits that grow; one that gets no answer is tried three times.
 * - Credentials need to read, write, list and remove blobs: the role "Storage Blob Data Contributor", or a signature with r, w, c, d and l.
 */
export class AzureBlobStore extends RestStore {
  readonly #settings: AzureSettings;

  /** @throws OptionError for options that cannot be right; nothing is asked of the service yet */
  constructor(options: AzureBlobStoreOptions) {
    const settings = asCalled(AzureBlobStore, () => azureSettings(options));
    const dialect = new AzureDialect(settings);
    super(dialect, { ...settings, endpoint: dialect.endpoint }, settings.prefix);
    this.#settings = settings;
  }

  /**
   * The store at `"azure://account/container/prefix"`.
   *
   * @throws OptionError as the constructor does
   */
  static fromUrl(
    url: string,
    options: Omit<AzureBlobStoreOptions, "account" | "container" | "prefix"> = {},
  ): AzureBlobStore {
    return asCalled(AzureBlobStore.fromUrl, () => new AzureBlobStore({ ...options, ...parseAzureUrl(url) }));
  }

  [INSPECT](...how: InspectArguments): string {
    const { account, container, prefix, endpoint } = this.#settings;
    return inspected("AzureBlobStore", { account, container, prefix: prefix || undefined, endpoint }, how);
  }

  /** @internal The same server, credentials and limits for another place; undefined for another account. */
  withPlace(place: ContainerPrefix): AzureBlobStore | undefined {
    if (place.account !== this.#settings.account) return undefined;
    const store = new AzureBlobStore({ ...this.#settings, ...place });
    store.trust(this);
    return store;
  }

  /** @internal As a worker opens it: its host has written there before. */
  static ofDescriptor({ kind: _, ...options }: AzureBlobStoreDescriptor): AzureBlobStore {
    const store = new AzureBlobStore(options);
    store.trust();
    return store;
  }

  get descriptor(): AzureBlobStoreDescriptor {
    const { account, container, prefix, endpoint, timeoutMs } = this.#settings;
    return { kind: "azure", account, container, prefix, ...(endpoint && { endpoint }), timeoutMs };
  }
}
