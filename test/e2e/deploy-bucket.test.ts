/**
 * The bucket that deploy makes, on the double and on a real S3 server.
 *
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { S3Store } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../src/config/load.js";
import { ensureBucket, removeBucket } from "../../src/deploy/bucket.js";
import type { Context } from "../../src/deploy/context.js";
import { deploy } from "../../src/deploy/deploy.js";
import { noRealS3, REAL_S3_MS, realS3 } from "../support/real-s3.js";
import type { S3Double } from "../support/s3-double/double.js";
import { newS3Double } from "../support/s3-stores.js";

/** The bucket code alone, in a bucket that nobody has made yet. */
async function newContext(
  kind: string,
  name?: string,
  more: object = {},
): Promise<{ context: Context; s3: S3; bucket: string; double: S3Double | undefined }> {
  const double = kind === "radosgw" ? undefined : await newS3Double();
  const server = double ?? (await realS3());
  const { endpoint = "", credentials = { accessKeyId: "", secretAccessKey: "" } } = server ?? {};
  const s3 = new S3({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
  onTestFinished(() => s3.destroy());
  const bucket = name ?? `bucket-${randomUUID()}`;
  const config = loadConfig({
    code: { store: `s3://${bucket}`, lambda: { tags: { team: "blue" } } },
    env: {},
    file: null,
  });
  const names = { bucket, functionName: "nodewren", ...more };
  return { context: { config, clients: { s3 }, names } as unknown as Context, s3, bucket, double };
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

describe("of an account", () => {
  const ACCOUNT = "123456789012";

  it("a name of its own in a region is made as such, and refused where it is another's", async () => {
    const mine = await newContext("double", `jobs-${ACCOUNT}-us-east-1-an`, { bucketOwner: ACCOUNT });
    expect(await ensureBucket(mine.context)).toMatchObject({ action: "created" });
    expect(await removeBucket(mine.context)).toMatchObject({ action: "deleted" });
    const others = await newContext("double", "jobs-999999999999-us-east-1-an", { bucketOwner: ACCOUNT });
    await expect(ensureBucket(others.context)).rejects.toThrow(/is one of account 999999999999 in us-east-1 alone/);
  });

  it("a bucket that somebody else has made under the name is neither used nor removed", async () => {
    const { context, double } = await newContext("double", "taken", { bucketOwner: ACCOUNT });
    double?.createBucket("taken");
    Object.assign(double?.buckets.get("taken") ?? {}, {
      owner: "999999999999",
      tags: { "nodewren:function": "nodewren" },
    });
    await expect(ensureBucket(context)).rejects.toThrow(/another account's than 123456789012 \(s3.bucketOwner\)/);
    await expect(removeBucket(context)).rejects.toThrow();
    expect(double?.buckets.has("taken")).toBe(true);
  });

  it("a store that knows its owner reads and writes nobody else's, and its workers neither", async () => {
    const double = await newS3Double();
    const bucket = double.createBucket();
    const { endpoint, credentials } = double;
    const store = new S3Store({ bucket, endpoint, credentials, bucketOwner: ACCOUNT });
    onTestFinished(() => store.close());
    await store.putIfAbsent("key", Buffer.from("mine"));
    expect(store.descriptor).toMatchObject({ bucketOwner: ACCOUNT });
    Object.assign(double.buckets.get(bucket) ?? {}, { owner: "999999999999" });
    for (const act of [() => store.get("key"), () => store.put("key", Buffer.from("x"))])
      await expect(act()).rejects.toThrow(/See that the bucket is account 123456789012's/);
    expect(() => new S3Store({ bucket, bucketOwner: "1" })).toThrow(/bucketOwner .*12 digits/);
  });

  it("a directory bucket is refused by name, for stores, inputs and deploying", async () => {
    const bucket = "jobs--use1-az4--x-s3";
    expect(() => new S3Store({ bucket })).toThrow(
      /is a directory bucket \(S3 Express One Zone\), .*general purpose bucket/,
    );
    await expect(
      deploy(loadConfig({ code: { store: `s3://${bucket}` }, env: {}, file: null }), { code: new Uint8Array() }),
    ).rejects.toThrow(/The store's bucket .* is a directory bucket/);
  });
});
