/**
 * What nodewren, the AWS SDK and our tests take from an S3 server, tried with the SDK as it is. Amazon's own is the
 * measure; a server that is known to differ says where and why, and those tests are skipped with that reason.
 */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { presigned } from "../support/s3-double/presign.js";
import type { S3Server } from "../support/s3-stores.js";

const MIB = 1024 * 1024;

export interface ServerUnderTest {
  server: S3Server;
  bucket: string;
}

/** Reasons by the names of tests. */
export type Deviations = Readonly<Record<string, string>>;

export function describeS3Server(
  name: string,
  start: () => Promise<ServerUnderTest>,
  deviations: Deviations = {},
): void {
  describe(name, () => {
    let server: S3Server;
    let s3: S3Client;
    let Bucket: string;

    beforeEach(async (context) => {
      const reason = deviations[context.task.name];
      context.skip(reason !== undefined, `${name}: ${context.task.name}: ${reason}`);
      ({ server, bucket: Bucket } = await start());
      s3 = clientOf();
    });

    function clientOf(config: S3ClientConfig = {}): S3Client {
      const { endpoint, credentials } = server;
      const client = new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true, ...config });
      onTestFinished(() => client.destroy());
      return client;
    }

    const put = (Key: string, Body: string | Buffer, more = {}) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    const get = async (Key: string, more = {}) => {
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
      return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
    };
    const textOf = async (Key: string) => (await get(Key)).bytes.toString();
    const list = async (more = {}) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));
    const keysOf = async (more = {}) => ((await list(more)).Contents ?? []).map(({ Key }) => Key);
    const upload = async (Key: string, bodies: Buffer[], more = {}) => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const Parts = [];
      for (const [i, Body] of bodies.entries()) {
        const part = { Bucket, Key, UploadId, PartNumber: i + 1, Body };
        const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part));
        Parts.push({ PartNumber: i + 1, ETag, ChecksumCRC32 });
      }
      const last = { Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more };
      return s3.send(new CompleteMultipartUploadCommand(last));
    };
    const refusal = (status: number, name?: string) =>
      expect.objectContaining({
        $metadata: expect.objectContaining({ httpStatusCode: status }),
        ...(name && { name }),
      });

    describe("objects", () => {
      it("come back with their body, metadata and MD5 as tag", async () => {
        const { ETag } = await put("a", "hello world", { Metadata: { job: "j1" } });
        expect(ETag).toBe(`"${createHash("md5").update("hello world").digest("hex")}"`);
        const answer = await get("a");
        expect(answer.bytes.toString()).toBe("hello world");
        expect(answer.Metadata).toEqual({ job: "j1" });
        const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
        expect(head).toMatchObject({ ContentLength: 11, Metadata: { job: "j1" }, ETag });
      });

      it("may be empty, and large", async () => {
        await put("empty", "");
        expect((await get("empty")).bytes).toHaveLength(0);
        const body = randomBytes(11 * MIB);
        await put("large", body);
        expect(body.equals((await get("large")).bytes)).toBe(true);
      });

      it("may come as a stream of known length", async () => {
        const body = randomBytes(300_000);
        const pieces = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]);
        await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body: pieces, ContentLength: 300_000 }));
        expect(body.equals((await get("stream")).bytes)).toBe(true);
      });

      it("are read by ranges, and the answer tells the size of the whole", async () => {
        await put("a", "hello world");
        const middle = await get("a", { Range: "bytes=2-5" });
        expect(middle.bytes.toString()).toBe("llo ");
        expect(middle.ContentRange).toBe("bytes 2-5/11");
        expect(middle.$metadata.httpStatusCode).toBe(206);
        expect((await get("a", { Range: "bytes=-3" })).bytes.toString()).toBe("rld");
        expect((await get("a", { Range: "bytes=8-99" })).ContentRange).toBe("bytes 8-10/11");
        await expect(get("a", { Range: "bytes=11-12" })).rejects.toEqual(refusal(416));
      });

      it("that are missing are told from buckets that are", async () => {
        await expect(get("none")).rejects.toEqual(refusal(404, "NoSuchKey"));
        await expect(s3.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toEqual(refusal(404));
        const elsewhere = new GetObjectCommand({ Bucket: `not-${Bucket}`, Key: "a" });
        await expect(s3.send(elsewhere)).rejects.toEqual(refusal(404, "NoSuchBucket"));
      });

      it("are copied", async () => {
        await put("a", "body", { Metadata: { job: "j1" } });
        await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/a` }));
        expect(await get("copy")).toMatchObject({ Metadata: { job: "j1" }, bytes: Buffer.from("body") });
      });

      it("are deleted, whether they are there or not", async () => {
        await put("a", "x");
        for (let i = 0; i < 2; i++) {
          const answer = await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
          expect(answer.$metadata.httpStatusCode).toBe(204);
        }
        await expect(get("a")).rejects.toEqual(refusal(404));
      });

      it("are deleted by the dozen", async () => {
        for (const key of ["a", "b&<c>", "d"]) await put(key, "x");
        const Objects = ["a", "b&<c>", "none"].map((Key) => ({ Key }));
        const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
        expect(Deleted).toHaveLength(3);
        expect(await keysOf()).toEqual(["d"]);
      });
    });

    describe("keys", () => {
      it("may hold whatever UTF-8 can", async () => {
        const keys = [
          "k/a b+c%20&=?.txt",
          "k/ünï-日本",
          "k/it's(1)!*",
          'k/<x>&"',
          "k/a//b",
          "k/a:b",
          "k",
          "k/\u{1F600}",
        ];
        for (const key of keys) await put(key, key);
        for (const key of keys) expect(await textOf(key)).toBe(key);
        expect((await keysOf()).sort()).toEqual(keys.sort());
      });
    });

    describe("lists", () => {
      const keys = Array.from({ length: 25 }, (_, i) => `l/${String(i).padStart(3, "0")}`);
      const fill = () => Promise.all(keys.map((key) => put(key, "x")));

      it("come in pages", async () => {
        await fill();
        const pages: (string | undefined)[][] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await list({ Prefix: "l/", MaxKeys: 10, ContinuationToken });
          expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
          pages.push((page.Contents ?? []).map(({ Key }) => Key));
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined && pages.length < 5);
        expect(pages.flat()).toEqual(keys);
        expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
      });

      it("start after a key, whether it exists or not", async () => {
        await fill();
        expect(await keysOf({ StartAfter: "l/019" })).toEqual(keys.slice(20));
        expect(await keysOf({ StartAfter: "l/0195" })).toEqual(keys.slice(20));
        expect(await keysOf({ StartAfter: "l/010", MaxKeys: 4 })).toEqual(keys.slice(11, 15));
      });

      it("go by the UTF-8 bytes of the keys", async () => {
        const odd = ["B", "_", "a", "z", "é", "\uff5e", "\u{1F600}"];
        for (const key of [...odd].reverse()) await put(key, "x");
        expect(await keysOf()).toEqual(odd);
      });

      it("gather keys up to a delimiter", async () => {
        for (const key of ["a/1", "a/2", "b/1", "c"]) await put(key, "x");
        const answer = await list({ Delimiter: "/" });
        expect(answer.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "b/" }]);
        expect(answer.Contents).toMatchObject([{ Key: "c", Size: 1 }]);
      });

      it("come in the coding of URLs when asked to", async () => {
        await put("a b+c\u0001ü/d", "x");
        const [key] = await keysOf({ EncodingType: "url" });
        expect(decodeURIComponent((key ?? "").replaceAll("+", " "))).toBe("a b+c\u0001ü/d");
      });
    });

    describe("conditions", () => {
      it("let a key be created once", async () => {
        await put("a", "one", { IfNoneMatch: "*" });
        await expect(put("a", "two", { IfNoneMatch: "*" })).rejects.toEqual(refusal(412, "PreconditionFailed"));
        expect(await textOf("a")).toBe("one");
      });

      it("let exactly one of many writers win, whose body it is then", async () => {
        for (let race = 0; race < 10; race++) {
          const writers = Array.from({ length: 24 }, (_, i) => put(`race/${race}`, String(i), { IfNoneMatch: "*" }));
          const ends = await Promise.allSettled(writers);
          const winners = ends.flatMap(({ status }, i) => (status === "fulfilled" ? [String(i)] : []));
          expect(winners).toEqual([await textOf(`race/${race}`)]);
          for (const end of ends) if (end.status === "rejected") expect(end.reason).toEqual(refusal(412));
        }
      });

      it("let a version be replaced that is known by its tag", async () => {
        const { ETag } = await put("a", "one");
        await put("a", "two", { IfMatch: ETag });
        await expect(put("a", "three", { IfMatch: ETag })).rejects.toEqual(refusal(412));
        expect(await textOf("a")).toBe("two");
      });

      it("do not let what is missing be replaced", async () => {
        await expect(put("a", "x", { IfMatch: `"${"0".repeat(32)}"` })).rejects.toEqual(refusal(404));
      });

      it("hold for reads", async () => {
        const { ETag } = await put("a", "one");
        await expect(get("a", { IfNoneMatch: ETag })).rejects.toEqual(refusal(304));
        await expect(get("a", { IfMatch: '"other"' })).rejects.toEqual(refusal(412));
      });

      it("hold for deletions", async () => {
        await put("a", "one");
        const stale = new DeleteObjectCommand({ Bucket, Key: "a", IfMatch: `"${"0".repeat(32)}"` });
        await expect(s3.send(stale)).rejects.toEqual(refusal(412));
        expect(await textOf("a")).toBe("one");
      });

      it("hold for the end of an upload in parts", async () => {
        await put("a", "one");
        await expect(upload("a", [Buffer.from("two")], { IfNoneMatch: "*" })).rejects.toEqual(refusal(412));
        expect(await textOf("a")).toBe("one");
      });
    });

    describe("uploads in parts", () => {
      it("make one object", async () => {
        const body = randomBytes(11 * MIB);
        await upload("a", [body.subarray(0, 5 * MIB), body.subarray(5 * MIB, 10 * MIB), body.subarray(10 * MIB)]);
        expect(body.equals((await get("a")).bytes)).toBe(true);
        expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).ETag).toMatch(/-3"$/);
      });

      it("take no small part but the last", async () => {
        const parts = [Buffer.alloc(1000), Buffer.alloc(1000)];
        await expect(upload("a", parts)).rejects.toEqual(refusal(400, "EntityTooSmall"));
      });

      it("can be given up", async () => {
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
        await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "a", UploadId }));
        const part = new UploadPartCommand({ Bucket, Key: "a", UploadId, PartNumber: 1, Body: "x" });
        await expect(s3.send(part)).rejects.toEqual(refusal(404, "NoSuchUpload"));
      });
    });

    describe("damage on the way", () => {
      it("is seen by a CRC32", async () => {
        await expect(put("a", "hello", { ChecksumCRC32: "AAAAAA==" })).rejects.toEqual(refusal(400));
        await expect(get("a")).rejects.toEqual(refusal(404));
      });

      it("is seen by an MD5", async () => {
        const ContentMD5 = createHash("md5").update("other").digest("base64");
        await expect(put("a", "hello", { ContentMD5 })).rejects.toEqual(refusal(400));
      });
    });

    describe("who may", () => {
      it("is told by the signature", async () => {
        const { accessKeyId } = server.credentials;
        const read = new GetObjectCommand({ Bucket, Key: "a" });
        const wrongSecret = clientOf({ credentials: { accessKeyId, secretAccessKey: "wrong" } });
        await expect(wrongSecret.send(read)).rejects.toEqual(refusal(403, "SignatureDoesNotMatch"));
        const wrongKey = clientOf({ credentials: { accessKeyId: "NOBODY", secretAccessKey: "wrong" } });
        await expect(wrongKey.send(read)).rejects.toEqual(refusal(403, "InvalidAccessKeyId"));
      });

      it("may be told by a presigned URL", async () => {
        const url = `${server.endpoint}/${Bucket}/presigned`;
        const sign = (method: "GET" | "PUT") => presigned({ method, url, expiresSeconds: 60, ...server.credentials });
        expect((await fetch(sign("PUT"), { method: "PUT", body: "by URL" })).status).toBe(200);
        expect(await (await fetch(sign("GET"))).text()).toBe("by URL");
        const forged = sign("GET").replace(/Signature=./, (found) =>
          found.endsWith("0") ? "Signature=1" : "Signature=0",
        );
        expect((await fetch(forged)).status).toBe(403);
      });
    });

    it("buckets are removed when they are empty", async () => {
      await put("a", "x");
      await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toEqual(refusal(409, "BucketNotEmpty"));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      await s3.send(new HeadBucketCommand({ Bucket }));
      await s3.send(new DeleteBucketCommand({ Bucket }));
      await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toEqual(refusal(404));
    });
  });
}
