import { StoreError } from "../errors.js";
import { AzureBlobStore, type AzureBlobStoreDescriptor } from "./azure/store.js";
import { FileStore } from "./file/store.js";
import { GcsStore, type GcsStoreDescriptor } from "./gcs/store.js";
import { loadSdk } from "./s3/client.js";
import { S3Store, type S3StoreDescriptor } from "./s3/store.js";
import type { Store, StoreDescriptor } from "./store.js";

/** Begins to load what the stores of a network need, so that the first request waits for less. Never throws. */
export function preloadStores(): void {
  loadSdk().catch(() => {});
}

/** Opens, on a worker, the store that the host described. Rejects with `StoreError` for a kind that is none of ours. */
export async function openStore(descriptor: StoreDescriptor): Promise<Store> {
  return storeOf(descriptor);
}

/** The same at once, and throws. */
export function storeOf(descriptor: StoreDescriptor): Store {
  if (descriptor.kind === "file" && typeof descriptor.folder === "string")
    return new FileStore(descriptor.folder, {
      makesFolder: descriptor.temporary !== true,
      shared: descriptor.shared === true,
    });
  if (descriptor.kind === "s3") return S3Store.ofDescriptor(descriptor as S3StoreDescriptor);
  if (descriptor.kind === "azure") return AzureBlobStore.ofDescriptor(descriptor as AzureBlobStoreDescriptor);
  if (descriptor.kind === "gcs") return GcsStore.ofDescriptor(descriptor as GcsStoreDescriptor);
  throw new StoreError(
    `No store of kind ${JSON.stringify(descriptor.kind)} here. Run client and workers with the same release.`,
    { isTransient: false },
  );
}
