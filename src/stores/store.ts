/**
 * What nodewren asks of object storage: one small interface, one file per kind of store, one contract suite that each
 * must pass. Keys are `/`-separated UTF-8 strings without empty, `.` or `..` segments.
 */

import type { Agent } from "node:http";

/** Plain data from which a worker opens the same store. */
export interface StoreDescriptor {
  kind: string;
  [setting: string]: unknown;
}

/** Who can open a store: workers on the same machine only, or workers anywhere. */
export type Reach = "machine" | "network";

/** A body in one piece, or in pieces that are stored one after the other. */
export type Body = Uint8Array | readonly Uint8Array[];

/** Bytes `start` (included) to `end` (excluded), as `Array.prototype.slice` counts them. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface StoreEntry {
  key: string;
  /** Size of the body in bytes. */
  bytes: number;
}

/** What the host needs to get keys for workers from STS, and where they are to be used. */
export interface WorkerRole {
  arn: string;
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  region: string | undefined;
  /** URL of STS; undefined: AWS's. */
  endpoint: string | undefined;
  /** As the AWS SDK takes them; undefined: its own chain. */
  credentials: unknown;
  agent: Agent | undefined;
}

/**
 * Every method rejects with `StoreError` when the key is none or the store cannot be read or written. The bytes of a
 * body belong to the store until its promise has settled: do not change them meanwhile.
 */
export interface Store {
  readonly reach: Reach;
  readonly descriptor: StoreDescriptor;
  /** Role by which workers get keys for their job alone; undefined where they have the rights of the place where they run. */
  readonly workerRole?: WorkerRole | undefined;
  /** Creates the object, whole or not at all. Resolves to false, and changes nothing, when the key exists already. */
  putIfAbsent(key: string, body: Body): Promise<boolean>;
  /** Creates or replaces the object, whole or not at all. */
  put(key: string, body: Body): Promise<void>;
  /** The body, or the given range of it (cut at its end); undefined when there is no such key. */
  get(key: string, range?: ByteRange): Promise<Uint8Array | undefined>;
  /** Objects whose key starts with `prefix` and comes after `startAfter`, in the order of the keys' UTF-8 bytes. */
  list(prefix: string, options?: { startAfter?: string }): AsyncIterable<StoreEntry>;
  /** Removes the object; no error when there is none. */
  delete(key: string): Promise<void>;
  /** Ends what the store holds open. What it stores stays, unless it was made as a temporary one. */
  close?(): Promise<void>;
}
