import { StoreError } from "../errors.js";
import { FileStore } from "./file.js";
import type { Store, StoreDescriptor } from "./store.js";

/** Opens, on a worker, the store that the host described. */
export async function openStore(descriptor: StoreDescriptor): Promise<Store> {
  if (descriptor.kind === "file" && typeof descriptor.folder === "string")
    return new FileStore(descriptor.folder, { makesFolder: descriptor.temporary !== true });
  throw new StoreError(
    `No store of kind ${JSON.stringify(descriptor.kind)} here. Run client and workers with the same release.`,
  );
}
