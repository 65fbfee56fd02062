/** Objects that others wrote into a bucket: listed, and read as streams, in the very version that was listed. */
import type { Readable } from "node:stream";
import { InputError } from "../../errors.js";
import { damaged, type Fault } from "../retry.js";
import type { ByteRange } from "../store.js";
import { S3Connection } from "./client.js";
import { notS3, s3Error } from "./errors.js";
import { bareTag, type ListedObject, listPage } from "./list.js";
import { type S3StoreOptions, s3Settings } from "./options.js";
import { isPassing } from "./tries.js";

/** What a worker needs to open the same bucket. Credentials are never part of it. */
export interface BucketPlace {
  bucket: string;
  region?: string;
  endpoint?: string;
  forcePathStyle: boolean;
  timeoutMs: number;
}

/** Bodies that break without a single byte having come, one after the other, until the read is given up. */
const MAX_EMPTY_READS = 3;

/** What is left of a body is read up to this size, bytes, as that takes less time than a new connection does. */
const DRAINED_BYTES = 128 * 1024;

export class BucketObjects {
  readonly #connection: S3Connection;

  constructor(options: Omit<S3StoreOptions, "prefix">) {
    this.#connection = new S3Connection(s3Settings(options));
  }

  get place(): BucketPlace {
    const { bucket, region, endpoint, forcePathStyle, timeoutMs } = this.#connection.settings;
    return { bucket, ...(region && { region }), ...(endpoint && { endpoint }), forcePathStyle, timeoutMs };
  }

  /**
   * Objects whose key starts with `prefix`, in the order of the keys' UTF-8 bytes; 1,000 a request, the next of which is
   * made when these have been taken. Rejects with `StoreError`.
   */
  async *list(prefix: string): AsyncGenerator<ListedObject> {
    let after = "";
    for (let isMore = true; isMore; ) {
      const page = await listPage(this.#connection, prefix, after).catch((cause) => {
        throw s3Error({ verb: "list", key: prefix }, this.#connection.settings, cause);
      });
      yield* page.objects;
      after = page.objects.at(-1)?.key ?? after;
      isMore = page.isMore && page.objects.length > 0;
    }
  }

  /**
   * The bytes of the range, cut at the object's end. One request, unless the connection breaks, or the server cuts it off
   * while the consumer takes its time: then the next one goes on where that one ended. Rejects with `InputError` when the
   * object is not the one that was listed any more, else with `StoreError`.
   */
  async *read(object: ListedObject, range: ByteRange): AsyncGenerator<Uint8Array> {
    const end = Math.min(range.end, object.bytes);
    let at = range.start;
    let emptyReads = 0;
    do {
      const body = await this.#open(object, at, end);
      const start = at;
      let broken: unknown;
      try {
        for await (const chunk of body.iterator({ destroyOnReturn: false })) {
          at += (chunk as Uint8Array).byteLength;
          yield chunk as Uint8Array;
        }
      } catch (error) {
        if (!isPassing(error as Fault)) throw this.#readError(object.key, error);
        broken = error;
      } finally {
        await letGo(body, end - at);
      }
      emptyReads = at > start ? 0 : emptyReads + 1;
      if (at < end && emptyReads >= MAX_EMPTY_READS)
        throw this.#readError(object.key, broken ?? damaged(`The body ended after ${at} of ${end} bytes`));
    } while (at < end);
  }

  /** Closes the connections. A later request opens new ones. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #open({ key, etag, bytes }: ListedObject, start: number, end: number): Promise<Readable> {
    const { bucket } = this.#connection.settings;
    // There is no range of an empty object.
    const isWhole = start === 0 && end >= bytes;
    const target = { Bucket: bucket, Key: key, ...(!isWhole && { Range: `bytes=${start}-${end - 1}` }) };
    try {
      const answer = await this.#connection.attempt("get", ({ sdk, client }) =>
        client.send(new sdk.GetObjectCommand(target)),
      );
      if (!answer.ETag) throw notS3("The answer to a read has no ETag");
      // Compared here and not by If-Match, for which servers differ in whether the tag has quotes.
      if (bareTag(answer.ETag) === etag) return answer.Body as Readable;
      (answer.Body as Readable).on("error", () => {}).destroy();
    } catch (error) {
      // Also where it has become shorter than the range.
      const { name, $metadata } = error as Fault;
      if (name === "NoSuchKey")
        throw new InputError(key, `s3://${bucket}/${key} is gone: it was there when it was listed.`);
      if ($metadata?.httpStatusCode !== 416) throw this.#readError(key, error);
    }
    throw new InputError(
      key,
      `s3://${bucket}/${key} was changed after it was listed: its ETag is no longer ${etag}. List it again, by a new map().`,
    );
  }

  #readError(key: string, cause: unknown): Error {
    return s3Error({ verb: "read", key }, this.#connection.settings, cause);
  }
}

/** Ends a body of which `left` bytes may still come. */
async function letGo(body: Readable, left: number): Promise<void> {
  // Nobody waits for it any more.
  body.on("error", () => {});
  if (body.readableEnded || body.destroyed) return;
  if (left > DRAINED_BYTES) {
    body.destroy();
    return;
  }
  await new Promise<void>((resolve) => body.once("close", resolve).resume());
}
