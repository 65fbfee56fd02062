/** Stores in buckets of an S3 server, and the servers themselves. */
import { S3Store, type S3StoreOptions } from "nodewren";
import { onTestFinished } from "vitest";
import { type S3Double, type S3DoubleOptions, startS3Double } from "./s3-double/double.js";

/** A double of S3 that goes when the test ends. */
export async function newS3Double(options?: S3DoubleOptions): Promise<S3Double> {
  const double = await startS3Double(options);
  onTestFinished(() => double.close());
  return double;
}

/** A store in a new bucket of the double, closed when the test ends. */
export function newS3Store(double: S3Double, options: Partial<S3StoreOptions> = {}): S3Store {
  const { endpoint, credentials } = double;
  const store = new S3Store({ bucket: options.bucket ?? double.createBucket(), endpoint, credentials, ...options });
  onTestFinished(() => store.close());
  return store;
}
