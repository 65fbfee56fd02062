/** `manifest.json` of an output: whose it is, whether it is complete, and which of its objects count. */
import { type NodewrenError, OptionError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { placeText } from "../util/store-place.js";
import { type Delivery, MANIFEST_KEY } from "../wire/delivery.js";

/** Of what users may read; it changes when one that reads it would do wrong. */
const MANIFEST_VERSION = 1;

export interface Manifest {
  /** Version of this form. */
  nodewren: number;
  jobId: string;
  as: "jsonl" | "csv" | "bytes" | "function";
  /** `"incomplete"`: the job was cancelled, or ended before all its calls had run. */
  status: "running" | "complete" | "incomplete";
  /** Calls of the job. */
  calls: number;
  /** Those whose results are in the objects. */
  written: number;
  /** Those that were cancelled, or never ran. */
  left: number;
  records: number;
  bytes: number;
  /** In the order of their calls; others that lie there do not count. */
  objects: ManifestObject[];
  /** Calls that failed, and so are in no object. */
  failed: { index: number; error: string; code: string; message: string }[];
}

/** An object with the results of the calls `first` to `first + count - 1`, but for those that failed. */
export interface ManifestObject {
  name: string;
  first: number;
  count: number;
  records: number;
  bytes: number;
}

export function newManifest(jobId: string, { as, hasWriter }: Delivery): Manifest {
  return {
    nodewren: MANIFEST_VERSION,
    jobId,
    as: hasWriter ? "function" : as,
    status: "running",
    calls: 0,
    written: 0,
    left: 0,
    records: 0,
    bytes: 0,
    objects: [],
    failed: [],
  };
}

export function failedCall(index: number, { name, code, message }: NodewrenError): Manifest["failed"][number] {
  return { index, error: name, code, message };
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** That of the job; undefined when there is none. Throws `OptionError` when another has the place. */
export async function readManifest(store: Store, jobId: string): Promise<Manifest | undefined> {
  const bytes = await store.get(MANIFEST_KEY);
  if (!bytes) return undefined;
  const found = parsed(bytes);
  if (found?.jobId === jobId) return found as Manifest;
  const whose = found?.jobId === undefined ? `a ${MANIFEST_KEY} that is no job's` : `the output of job ${found.jobId}`;
  throw new OptionError(
    "output",
    `There is ${whose} in ${placeText(store.descriptor) ?? store.descriptor.kind} already, and each job needs a place of its own. Give map() another output, or remove what is there.`,
  );
}

function parsed(bytes: Uint8Array): Partial<Manifest> | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
