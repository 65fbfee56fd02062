/** A bucket of Amazon S3, or of a server that speaks its protocol, as object store. For workers anywhere. */

import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { checkKey, checkPrefix } from "../keys.js";
import type { Body, ByteRange, Store, StoreEntry, WorkerRole } from "../store.js";
import { S3Connection, type S3Requests } from "./client.js";
import { type S3Action, s3Error } from "./errors.js";
import { listPage } from "./list.js";
import { type BucketPrefix, parseS3Url, type S3Settings, type S3StoreOptions, s3Settings } from "./options.js";
import { readObject } from "./read.js";
import { writeObject } from "./write.js";

/** What a worker needs to open the same store. Credentials are never part of it. */
export interface S3StoreDescriptor {
  kind: "s3";
  bucket: string;
  prefix: string;
  region?: string;
  endpoint?: string;
  forcePathStyle: boolean;
  bucketOwner?: string;
  timeoutMs: number;
  partBytes: number;
  [setting: string]: unknown;
}

/**
 * Objects of a bucket. Needs the package `@aws-sdk/client-s3`, which is loaded with the first request.
 *
 * - Creating if absent is a PutObject with `If-None-Match: *`, so the server decides who was first. A writer whose answer
 *   was lost and who is told "exists already" knows its own object by an id in its metadata.
 * - An object carries the SHA-256 of its body as metadata, checked whenever it is read whole. What nodewren reads by
 *   ranges, the inputs, has checksums of its own.
 * - A request that fails for a reason that may pass is tried again, up to ten times with waits that grow; one that gets
 *   no answer is tried three times. So each method ends, with `StoreError` in the worst case.
 * - Credentials need `s3:GetObject` and `s3:PutObject` on the prefix's objects, and `s3:ListBucket` on the bucket: S3
 *   answers "access denied" in place of "no such key" to those who may not list.
 * - On servers other than Amazon's, the first write that creates is sent twice: one that takes the second as well keeps no conditions, and the
 *   write rejects with a `StoreError` that says so, as do all later ones. Workers trust what the host has seen.
 * - Bodies above `partBytes` are uploaded in parts. Amazon S3 checks "if absent" for these too, with the last request;
 *   some other servers (Ceph before 18) do not, so that two writers at once may both win there.
 */
export class S3Store implements Store {
  readonly reach = "network";
  readonly #settings: S3Settings;
  readonly #connection: S3Connection;

  /** @throws OptionError for options that cannot be right; nothing is asked of the server yet */
  constructor(options: S3StoreOptions) {
    this.#settings = asCalled(S3Store, () => s3Settings(options));
    this.#connection = new S3Connection(this.#settings);
  }

  /**
   * The store at `"s3://bucket/prefix"`.
   *
   * @throws OptionError as the constructor does
   */
  static fromUrl(url: string, options: Omit<S3StoreOptions, "bucket" | "prefix"> = {}): S3Store {
    return asCalled(S3Store.fromUrl, () => new S3Store({ ...options, ...parseS3Url(url) }));
  }

  [INSPECT](...how: InspectArguments): string {
    const { bucket, prefix, region, endpoint } = this.#settings;
    return inspected("S3Store", { bucket, prefix: prefix || undefined, region, endpoint }, how);
  }

  /** @internal The same server, region, keys and limits for another place. */
  withPlace(place: BucketPrefix): S3Store {
    const { bucket, bucketOwner, hasKeysOfJob: _, ...others } = this.#settings;
    // Another bucket may be another account's.
    const owner = place.bucket === bucket ? bucketOwner : undefined;
    const store = new S3Store({ ...others, ...place, bucketOwner: owner });
    if (this.#connection.conditions.isProven) store.#connection.conditions.hold();
    return store;
  }

  /** @internal As a worker opens it: its host has written there before. */
  static ofDescriptor({ kind: _, ...options }: S3StoreDescriptor): S3Store {
    const store = new S3Store(options);
    store.#settings.hasKeysOfJob = options["credentials"] !== undefined;
    store.#connection.conditions.hold();
    return store;
  }

  /** @internal Undefined where workers have the rights of the place where they run. */
  get workerRole(): WorkerRole | undefined {
    const { workerRoleArn, stsEndpoint, endpoint = undefined, ...rest } = this.#settings;
    return workerRoleArn === undefined ? undefined : { ...rest, arn: workerRoleArn, endpoint: stsEndpoint ?? endpoint };
  }

  get descriptor(): S3StoreDescriptor {
    const { bucket, prefix, region, endpoint, forcePathStyle, bucketOwner, timeoutMs, partBytes } = this.#settings;
    const where = { ...(region && { region }), ...(endpoint && { endpoint }), ...(bucketOwner && { bucketOwner }) };
    return { kind: "s3", bucket, prefix, ...where, forcePathStyle, timeoutMs, partBytes };
  }

  /** Requests that this store has made so far, each try counted, in the kinds that S3 bills. */
  get requests(): Readonly<S3Requests> {
    return this.#connection.requests;
  }

  /** Bytes of bodies that went up and came down so far, each try counted. */
  get bytes(): Readonly<{ sent: number; received: number }> {
    return this.#connection.bytes;
  }

  async putIfAbsent(key: string, body: Body): Promise<boolean> {
    this.#check(key);
    return this.#run("write", key, () => writeObject(this.#connection, key, body, { ifAbsent: true }));
  }

  async put(key: string, body: Body): Promise<void> {
    this.#check(key);
    await this.#run("write", key, () => writeObject(this.#connection, key, body, { ifAbsent: false }));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.#check(key);
    return this.#run("read", key, () => readObject(this.#connection, key, range));
  }

  /** 1,000 keys a request, the next of which is made when the first ones have been taken. */
  async *list(prefix: string, { startAfter = "" }: { startAfter?: string } = {}): AsyncIterable<StoreEntry> {
    checkPrefix(prefix);
    let after = startAfter;
    for (let isMore = true; isMore; ) {
      const page = await this.#run("list", prefix, () => this.#page(prefix, after));
      yield* page.entries;
      after = page.entries.at(-1)?.key ?? after;
      isMore = page.isMore && page.entries.length > 0;
    }
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    const target = this.#target(key);
    await this.#run("delete", key, () =>
      this.#connection.attempt("delete", ({ sdk, client }) => client.send(new sdk.DeleteObjectCommand(target))),
    );
  }

  /** Closes the connections. A later request opens new ones. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #page(prefix: string, after: string): Promise<{ entries: StoreEntry[]; isMore: boolean }> {
    const own = this.#settings.prefix;
    const { objects, isMore } = await listPage(this.#connection, own + prefix, after && own + after);
    return { entries: objects.map(({ key, bytes }) => ({ key: key.slice(own.length), bytes })), isMore };
  }

  #target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#settings.bucket, Key: this.#settings.prefix + key };
  }

  #check(key: string): void {
    checkKey(key);
    checkKey(this.#settings.prefix + key);
  }

  async #run<T>(verb: S3Action["verb"], key: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw s3Error({ verb, key }, this.#settings, cause);
    }
  }
}
