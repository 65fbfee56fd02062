/** Where a job's results are written: opened as the option `output` says, or as a job's record does. */
import { loadConfig } from "../config/load.js";
import { parseStoreLocation } from "../config/store-location.js";
import { OptionError } from "../errors.js";
import { FileStore } from "../stores/file/store.js";
import { openStore } from "../stores/open.js";
import type { BucketPrefix } from "../stores/s3/options.js";
import { S3Store, type S3StoreDescriptor } from "../stores/s3/store.js";
import type { Reach, Store } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";

/** Throws `OptionError` for what names no place, or one that workers cannot reach. Nothing is asked of it yet. */
export function outputStore(output: string | Store, beside: Store, backend: { name: string; reach: Reach }): Store {
  const store = typeof output === "string" ? storeAt(output, beside) : output;
  if (backend.reach === "machine" || store.reach === "network") return store;
  throw new OptionError(
    "output",
    `Workers of the backend ${backend.name} cannot write to a folder of this machine. Give map() a place that they can reach, such as output: "s3://bucket/prefix/", and copy it from there.`,
  );
}

function storeAt(output: string, beside: Store): Store {
  const place = parseStoreLocation(output, process.cwd());
  if (!place)
    throw new OptionError(
      "output",
      `Option output of map() must be "s3://bucket/prefix/", a folder, the "file:" URL of one, or a store, but is ${textOf(output)}.`,
    );
  // Whoever asks for files there, reads them: they are no internals of ours.
  if (place.kind === "file") return new FileStore(place.folder, { shared: true });
  const { bucket, prefix } = place;
  return bucketBeside({ bucket, prefix }, beside) ?? new S3Store({ bucket, prefix, ...loadConfig().s3 });
}

/** By the same server, region and keys; undefined where that store is in no bucket. */
function bucketBeside(place: BucketPrefix, beside: Store): S3Store | undefined {
  if (beside instanceof S3Store) return beside.withPlace(place);
  // Of another copy of this package, as a worker's is.
  if (beside.descriptor.kind !== "s3") return undefined;
  const { kind, ...options } = beside.descriptor as S3StoreDescriptor;
  return new S3Store({ ...options, ...place });
}

/** As a job's record says, with this host's own keys for the server where the job's store is. */
export async function outputStoreOfRecord(descriptor: Store["descriptor"], beside: Store): Promise<Store> {
  const { bucket, prefix, endpoint } = descriptor as S3StoreDescriptor;
  const isBeside = beside instanceof S3Store && descriptor.kind === "s3" && beside.descriptor.endpoint === endpoint;
  return isBeside ? beside.withPlace({ bucket, prefix }) : openStore(descriptor);
}
