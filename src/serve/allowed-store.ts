import { resolve } from "node:path";
import type { StoreLocation } from "../config/store-location.js";
import type { StoreDescriptor } from "../stores/store.js";

/** Whether a job's store is that one, or within its prefix. */
export function isWithin(descriptor: StoreDescriptor, allowed: StoreLocation): boolean {
  if (descriptor.kind !== allowed.kind) return false;
  if (allowed.kind === "file") return resolve(String(descriptor["folder"])) === allowed.folder;
  return descriptor["bucket"] === allowed.bucket && String(descriptor["prefix"] ?? "").startsWith(allowed.prefix);
}
