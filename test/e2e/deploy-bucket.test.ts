/** The bucket that deploy makes, on the double and on a real S3 server. */
import { randomUUID } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../src/config/load.js";
import { ensureBucket, removeBucket } from "../../src/deploy/bucket.js";
import type { Context } from "../../src/deploy/context.js";
import { noRealS3, REAL_S3_MS, realS3 } from "../support/real-s3.js";
import { newS3Double } from "../support/s3-stores.js";

/** The bucket code alone, in a bucket that nobody has made yet. */
async function newContext(kind: string): Promise<{ context: Context; s3: S3; bucket: string }> {
  const server = kind === "radosgw" ? await realS3() : await newS3Double();
  const { endpoint = "", credentials = { accessKeyId: "", secretAccessKey: "" } } = server ?? {};
  const s3 = new S3({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  const bucket = `bucket-${randomUUID()}`;
  const config = loadConfig({
    code: { store: `s3://${bucket}`, lambda: { tags: { team: "blue" } } },
    env: {},
    file: null,
  });
  const names = { bucket, functionName: "nodewren" };
  return { context: { config, clients: { s3 }, names } as unknown as Context, s3, bucket };
}

describe.each(["double", "radosgw"])("on %s", { timeout: REAL_S3_MS }, (kind) => {
  const test = it.skipIf(kind === "radosgw" && noRealS3 !== undefined);

  test("is made once, and removed once", async () => {
    const { context, s3, bucket } = await newContext(kind);
    expect(await ensureBucket(context)).toMatchObject({ action: "created" });
    expect(await ensureBucket(context)).toMatchObject({ action: "unchanged" });
    const { TagSet } = await s3.getBucketTagging({ Bucket: bucket });
    expect(Object.fromEntries((TagSet ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      team: "blue",
      "nodewren:function": "nodewren",
    });
    expect(await removeBucket(context)).toMatchObject({ action: "deleted" });
    expect(await removeBucket(context)).toMatchObject({ action: "unchanged", detail: "was not there" });
  });

  test("stays while something is in it, and when another has made it", async () => {
    const { context, s3, bucket } = await newContext(kind);
    await ensureBucket(context);
    await s3.putObject({ Bucket: bucket, Key: "mine", Body: "x" });
    expect(await removeBucket(context)).toMatchObject({ detail: expect.stringContaining("not nodewren's") });
    await s3.deleteObject({ Bucket: bucket, Key: "mine" });
    expect(await removeBucket(context)).toMatchObject({ action: "deleted" });
    await s3.createBucket({ Bucket: bucket });
    expect(await removeBucket(context)).toMatchObject({ detail: expect.stringContaining("not made by nodewren") });
    await s3.deleteBucket({ Bucket: bucket });
  });
});
