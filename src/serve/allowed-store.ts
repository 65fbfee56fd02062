import { resolve } from "node:path";
import type { StoreLocation } from "../config/store-location.js";
import type { StoreDescriptor } from "../stores/store.js";
import { isWithin } from "../util/store-place.js";

/** Whether a job's store is that one, or within its prefix. */
export function isAllowed(descriptor: StoreDescriptor, allowed: StoreLocation): boolean {
  if (descriptor.kind !== "file") return isWithin(descriptor, allowed);
  return isWithin({ ...descriptor, folder: resolve(String(descriptor["folder"])) }, allowed);
}
