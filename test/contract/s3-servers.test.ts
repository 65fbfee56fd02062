/**
 * The S3 servers that the tests run on, held to what Amazon's does: the double in this process, and Ceph's radosgw.
 *
 * @module-tag long
 */
import { beforeAll, describe } from "vitest";
import { noRealS3, REAL_S3_MS, type RealS3, realS3 } from "../support/real-s3.js";
import { newS3Double } from "../support/s3-stores.js";
import { type Deviations, describeS3Server } from "./s3-server-contract.js";

describeS3Server("the double", async () => {
  const server = await newS3Double();
  return { server, bucket: server.createBucket() };
});

const NO_QUOTES = "takes tags in conditions without their quotes only";
const NO_CRC = "knows no CRC32";
const NOT_THERE = "knows no such condition, and does not say so";

/** Of release 16, which Debian 12 has. None of these is what an `S3Store` builds on. */
const RADOSGW_16: Deviations = {
  "may come as a stream of known length": "takes no body in chunks with a checksum behind it",
  "let a version be replaced that is known by its tag": NO_QUOTES,
  "do not let what is missing be replaced": "answers 412, not 404",
  "hold for deletions": NOT_THERE,
  "hold for the end of an upload in parts": NOT_THERE,
  "is seen by a CRC32": NO_CRC,
};

describe.skipIf(noRealS3)("a real server", () => {
  let server: RealS3;
  beforeAll(async () => {
    server = (await realS3()) as RealS3;
  }, REAL_S3_MS);

  describeS3Server("radosgw", async () => ({ server, bucket: await server.newBucket() }), RADOSGW_16);
});
