/** The job record: enough for another process to attach to the job, or to resume it. */
import { StoreError, VersionError } from "../errors.js";
import type { Shard } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

export interface JobRecord {
  version: number;
  jobId: string;
  /** Unix time in ms of the `map()`. */
  createdAt: number;
  /** Name of the function, for lists and messages; empty when it has none. */
  functionName: string;
  functionDigest: string;
  calls: number;
  shards: Shard[];
  timeoutMs: number | null;
  memoryMb: number | null;
  retries: number;
  maxAttempts: number;
}

export function encodeJobRecord(record: JobRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}

export function decodeJobRecord(bytes: Uint8Array, key: string): JobRecord {
  let record: JobRecord;
  try {
    record = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new StoreError(`The job record ${key} is damaged: it is not JSON.`, { key, cause });
  }
  if (typeof record !== "object" || record === null)
    throw new StoreError(`The job record ${key} is damaged: it is no object.`, { key });
  if (record.version !== WIRE_VERSION) throw new VersionError(`The job record ${key}`, record.version, WIRE_VERSION);
  return record;
}
