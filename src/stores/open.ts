import { StoreError } from "../errors.js";
import { FileStore } from "./file/store.js";
import { loadSdk } from "./s3/client.js";
import { S3Store, type S3StoreDescriptor } from "./s3/store.js";
import type { Store, StoreDescriptor } from "./store.js";

/** Begins to load what the stores of a network need, so that the first request waits for less. Never throws. */
export function preloadStores(): void {
  loadSdk().catch(() => {});
}

/** Opens, on a worker, the store that the host described. */
export async function openStore(descriptor: StoreDescriptor): Promise<Store> {
  if (descriptor.kind === "file" && typeof descriptor.folder === "string")
    return new FileStore(descriptor.folder, {
      makesFolder: descriptor.temporary !== true,
      shared: descriptor.shared === true,
    });
  if (descriptor.kind === "s3") return S3Store.ofDescriptor(descriptor as S3StoreDescriptor);
  throw new StoreError(
    `No store of kind ${JSON.stringify(descriptor.kind)} here. Run client and workers with the same release.`,
    { isTransient: false },
  );
}
