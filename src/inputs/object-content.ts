/** An object of a bucket, read by the worker itself, with its own credentials. */
import { BucketObjects as Bucket, type BucketObjects, type BucketPlace } from "../stores/s3/bucket-objects.js";
import type { ByteRange } from "../stores/store.js";
import type { Content } from "./content.js";
import type { ObjectOrigin } from "./descriptor.js";

export class ObjectContent implements Content {
  constructor(
    readonly name: string,
    readonly size: number,
    private readonly origin: ObjectOrigin,
    private readonly buckets: OpenBuckets,
  ) {}

  read(range: ByteRange): AsyncIterable<Uint8Array> {
    const { place, etag } = this.origin;
    return this.buckets.get(place).read({ key: this.name, bytes: this.size, etag }, range);
  }
}

/** Opens each bucket once, so that a warm worker keeps its connections and what it has read of its credentials. */
export class OpenBuckets {
  readonly #open = new Map<string, BucketObjects>();

  get(place: BucketPlace): BucketObjects {
    const key = JSON.stringify(place);
    const known = this.#open.get(key) ?? new Bucket(place);
    this.#open.set(key, known);
    return known;
  }

  /** For one that was opened with credentials of its own. */
  set(place: BucketPlace, bucket: BucketObjects): void {
    this.#open.set(JSON.stringify(place), bucket);
  }
}
