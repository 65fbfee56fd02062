/** Ceph's radosgw as a real S3 server for tests, where its packages are installed; one for the whole run. */
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";
import { noRealS3 } from "./radosgw/installed.js";
import "./radosgw/setup.js";
import type { Credentials } from "./s3-double/signature.js";

export { noRealS3 };

export interface RealS3 {
  endpoint: string;
  credentials: Credentials;
  /** The same buckets where there is STS as well. */
  stsEndpoint: string;
  /** A role that whoever has the credentials may take on there. */
  roleArn: string;
  /** Makes a bucket, and returns its name. */
  newBucket(): Promise<string>;
}

if (noRealS3) console.warn(`SKIPPED: tests on radosgw: ${noRealS3}`);

/** Longest that a test file may have to wait for the server, ms. */
export const REAL_S3_MS = 120_000;

/** The server, started by the first who asks; undefined where `noRealS3` says why. Rejects when it does not start. */
export async function realS3(): Promise<RealS3 | undefined> {
  if (noRealS3) return undefined;
  const answer = await fetch(inject("radosgwDesk"));
  const { error, ...server } = (await answer.json()) as RealS3 & { error?: string };
  if (error) throw new Error(error);
  const { endpoint, credentials } = server;
  const newBucket = async () => {
    const client = new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
    const Bucket = `bucket-${crypto.randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
    return Bucket;
  };
  return { ...server, newBucket };
}
