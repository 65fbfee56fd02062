/** Ceph's radosgw as a real S3 server for tests, where its packages are installed; one for the whole run. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";
import "./radosgw/setup.js";
import type { Credentials } from "./s3-double/signature.js";

export interface RealS3 {
  endpoint: string;
  credentials: Credentials;
  /** Makes a bucket, and returns its name. */
  newBucket(): Promise<string>;
}

const PROGRAMS = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool"];

const absent = PROGRAMS.filter((program) => !isInPath(program));

/** Why there is no real S3 server here; undefined when there is one. */
export const noRealS3 =
  absent.length === 0
    ? undefined
    : `no real S3 server here, since ${absent.join(", ")} are not installed (Debian: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common)`;
if (noRealS3) console.warn(`SKIPPED: tests on radosgw: ${noRealS3}`);

/** Longest that a test file may have to wait for the server, ms. */
export const REAL_S3_MS = 120_000;

/** The server, started by the first who asks; undefined where `noRealS3` says why. Rejects when it does not start. */
export async function realS3(): Promise<RealS3 | undefined> {
  if (noRealS3) return undefined;
  const answer = await fetch(inject("radosgwDesk"));
  const { error, endpoint, credentials } = (await answer.json()) as RealS3 & { error?: string };
  if (error) throw new Error(error);
  const newBucket = async () => {
    const client = new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
    const Bucket = `bucket-${crypto.randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
    return Bucket;
  };
  return { endpoint, credentials, newBucket };
}

function isInPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
