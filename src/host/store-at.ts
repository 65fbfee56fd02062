/** The store at a place, by the servers that the settings name. */
import type { ResolvedConfig } from "../config/config.js";
import type { StoreLocation } from "../config/store-location.js";
import { AzureBlobStore } from "../stores/azure/store.js";
import { FileStore } from "../stores/file/store.js";
import { GcsStore } from "../stores/gcs/store.js";
import { S3Store } from "../stores/s3/store.js";
import type { Store } from "../stores/store.js";

export type StoreServers = Pick<ResolvedConfig, "s3" | "azure" | "gcs" | "endpoints">;

/** Throws `OptionError` for what cannot be right; nothing is asked of the server yet. */
export function storeAt(place: StoreLocation, { s3, azure, gcs, endpoints }: StoreServers): Store {
  switch (place.kind) {
    case "file":
      return new FileStore(place.folder);
    case "s3":
      return new S3Store({ ...withoutKind(place), ...s3, stsEndpoint: endpoints.sts });
    case "azure":
      return new AzureBlobStore({ ...withoutKind(place), ...azure });
    case "gcs":
      return new GcsStore({ ...withoutKind(place), ...gcs });
  }
}

export function withoutKind<P extends { kind: string }>({ kind: _, ...place }: P): Omit<P, "kind"> {
  return place;
}
