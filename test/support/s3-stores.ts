/** Stores in buckets of an S3 server, and servers, that go when the test ends. */
import { S3Store, type S3StoreOptions } from "nodewren";
import { onTestFinished } from "vitest";
import { type S3Double, type S3DoubleOptions, startS3Double } from "./s3-double/double.js";
import type { Credentials } from "./s3-double/signature.js";

export async function newS3Double(options?: S3DoubleOptions): Promise<S3Double> {
  const double = await startS3Double(options);
  onTestFinished(() => double.close());
  return double;
}

/** What the double and a real server have in common. */
export interface S3Server {
  endpoint: string;
  credentials: Credentials;
}

export function newS3Store({ endpoint, credentials }: S3Server, options: S3StoreOptions): S3Store {
  const store = new S3Store({ endpoint, credentials, ...options });
  onTestFinished(() => store.close());
  return store;
}
