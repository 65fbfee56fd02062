/** A bucket of Google Cloud Storage as object store. For workers anywhere. */
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { RestStore } from "../rest/store.js";
import { GcsDialect } from "./dialect.js";
import { type GcsSettings, type GcsStoreOptions, gcsSettings, parseGcsUrl } from "./options.js";

/** What a worker needs to open the same store. Credentials are never part of it. */
export interface GcsStoreDescriptor {
  kind: "gcs";
  bucket: string;
  prefix: string;
  endpoint?: string;
  timeoutMs: number;
  [setting: string]: unknown;
}

/**
 * Objects of a bucket, by the JSON API. Needs the package `google-auth-library` for credentials.
 *
 * - Creating if absent is an upload with `ifGenerationMatch=0`, so the service decides who was first. A writer whose answer was lost and who is told "exists already"
 *   knows its own object by an id in its metadata. On servers other than Google's, the first write that creates is sent twice, as with `S3Store`.
 * - A body is one request. Its MD5 goes with it, which the service checks, and which is checked again whenever the object is read whole.
 * - A request that fails for a reason that may pass is tried again, up to ten times with waits that grow; one that gets no answer is tried three times.
 * - Credentials need to read, write, list and remove objects: the role `roles/storage.objectUser` on the bucket.
 */
export class GcsStore extends RestStore {
  readonly #settings: GcsSettings;

  /** @throws OptionError for options that cannot be right; nothing is asked of the service yet */
  constructor(options: GcsStoreOptions) {
    const settings = asCalled(GcsStore, () => gcsSettings(options));
    const dialect = new GcsDialect(settings);
    super(dialect, { ...settings, endpoint: dialect.endpoint }, settings.prefix);
    this.#settings = settings;
  }

  /**
   * The store at `"gs://bucket/prefix"`.
   *
   * @throws OptionError as the constructor does
   */
  static fromUrl(url: string, options: Omit<GcsStoreOptions, "bucket" | "prefix"> = {}): GcsStore {
    return asCalled(GcsStore.fromUrl, () => new GcsStore({ ...options, ...parseGcsUrl(url) }));
  }

  [INSPECT](...how: InspectArguments): string {
    const { bucket, prefix, endpoint } = this.#settings;
    return inspected("GcsStore", { bucket, prefix: prefix || undefined, endpoint }, how);
  }

  /** @internal The same server, credentials and limits for another place. */
  withPlace(place: Pick<GcsStoreOptions, "bucket" | "prefix">): GcsStore {
    const store = new GcsStore({ ...this.#settings, ...place });
    store.trust(this);
    return store;
  }

  /** @internal As a worker opens it: its host has written there before. */
  static ofDescriptor({ kind: _, ...options }: GcsStoreDescriptor): GcsStore {
    const store = new GcsStore(options);
    store.trust();
    return store;
  }

  get descriptor(): GcsStoreDescriptor {
    const { bucket, prefix, endpoint, timeoutMs } = this.#settings;
    return { kind: "gcs", bucket, prefix, ...(endpoint && { endpoint }), timeoutMs };
  }
}
