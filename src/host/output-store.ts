/** Where a job's results are written: opened as the option `output` says, or as a job's record does. */
import { loadConfig } from "../config/load.js";
import { parseStoreLocation, type StoreLocation, storeLocation } from "../config/store-location.js";
import { OptionError } from "../errors.js";
import { AzureBlobStore } from "../stores/azure/store.js";
import { FileStore } from "../stores/file/store.js";
import { GcsStore } from "../stores/gcs/store.js";
import { openStore, storeOf } from "../stores/open.js";
import { S3Store } from "../stores/s3/store.js";
import type { Reach, Store, StoreDescriptor } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import { storeAt, withoutKind } from "./store-at.js";

type BucketLocation = Exclude<StoreLocation, { kind: "file" }>;

/** Throws `OptionError` for what names no place, or one that workers cannot reach. Nothing is asked of it yet. */
export function outputStore(output: string | Store, beside: Store, backend: { name: string; reach: Reach }): Store {
  const store = typeof output === "string" ? placedAt(output, beside) : output;
  if (backend.reach === "machine" || store.reach === "network") return store;
  throw new OptionError(
    "output",
    `Workers of the backend ${backend.name} cannot write to a folder of this machine. Give map() a place that they can reach, such as output: "s3://bucket/prefix/", and copy it from there.`,
  );
}

function placedAt(output: string, beside: Store): Store {
  const place = parseStoreLocation(output, process.cwd());
  if (!place)
    throw new OptionError(
      "output",
      `Option output of map() must be ${storeLocation.wanted}, or a store, but is ${textOf(output)}.`,
    );
  // Whoever asks for files there, reads them: they are no internals of ours.
  if (place.kind === "file") return new FileStore(place.folder, { shared: true });
  return storeBeside(place, beside) ?? storeAt(place, loadConfig());
}

/** By the same server and credentials; undefined where that store is on another one. */
function storeBeside(place: BucketLocation, beside: Store): Store | undefined {
  const { descriptor } = beside;
  const isOthers = place.kind === "azure" && place.account !== descriptor["account"];
  if (place.kind !== descriptor.kind || isOthers) return undefined;
  // Of another copy of this package, as a worker's is.
  return placedBy(beside, place) ?? storeOf({ ...descriptor, ...place });
}

/** Undefined where the store is of another copy of this package, or of another kind. */
function placedBy(beside: Store, place: BucketLocation): Store | undefined {
  if (place.kind === "s3" && beside instanceof S3Store) return beside.withPlace(withoutKind(place));
  if (place.kind === "gcs" && beside instanceof GcsStore) return beside.withPlace(withoutKind(place));
  if (place.kind === "azure" && beside instanceof AzureBlobStore) return beside.withPlace(withoutKind(place));
  return undefined;
}

/** As a job's record says, with this host's own keys for the server where the job's store is. */
export async function outputStoreOfRecord(descriptor: StoreDescriptor, beside: Store): Promise<Store> {
  const isBeside = beside.descriptor["endpoint"] === descriptor["endpoint"];
  return (isBeside && placedBy(beside, placeIn(descriptor))) || openStore(descriptor);
}

function placeIn({ kind, account, container, bucket, prefix }: StoreDescriptor): BucketLocation {
  // Who was given the descriptor checks what is in it.
  return (kind === "azure" ? { kind, account, container, prefix } : { kind, bucket, prefix }) as BucketLocation;
}
