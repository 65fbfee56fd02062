/** Single objects: write, read, copy, delete. */
import { type Answer, S3Refusal, xmlAnswer } from "./answer.js";
import { crc32Of, hash } from "./body.js";
import { type Bucket, checkReadConditions, checkWriteConditions, type StoredObject } from "./bucket.js";
import type { S3Request } from "./request.js";
import { contentsOf, elements, textOf } from "./xml.js";

export function putObject(bucket: Bucket, { key, headers, body }: S3Request): Answer {
  checkWriteConditions(headers, bucket.find(key));
  const etag = etagOf(body);
  const crc32 = crc32Of(body);
  bucket.set(key, { body, etag, crc32, modified: new Date(), ...describedBy(headers) });
  return { status: 200, headers: { etag, "x-amz-checksum-crc32": crc32, "x-amz-checksum-type": "FULL_OBJECT" } };
}

export function etagOf(body: Buffer): string {
  return `"${hash("md5", body).toString("hex")}"`;
}

export function describedBy(headers: Record<string, string>): Pick<StoredObject, "contentType" | "metadata"> {
  const metadata = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-amz-meta-")));
  return { contentType: headers["content-type"] ?? "binary/octet-stream", metadata };
}

/** Also HEAD, whose body the server leaves out. */
export function getObject(bucket: Bucket, { key, headers }: S3Request): Answer {
  const object = bucket.get(key);
  checkReadConditions(headers, object);
  const range = rangeOf(headers.range, object.body.byteLength);
  const common = {
    "content-type": object.contentType,
    "last-modified": object.modified.toUTCString(),
    "accept-ranges": "bytes",
    etag: object.etag,
    ...object.metadata,
  };
  if (range) {
    const { start, end } = range;
    const contentRange = `bytes ${start}-${end - 1}/${object.body.byteLength}`;
    return {
      status: 206,
      headers: { ...common, "content-range": contentRange },
      body: object.body.subarray(start, end),
    };
  }
  const wantsChecksum = headers["x-amz-checksum-mode"] === "ENABLED" && object.crc32;
  const checksum = wantsChecksum ? { "x-amz-checksum-crc32": object.crc32, "x-amz-checksum-type": "FULL_OBJECT" } : {};
  return { status: 200, headers: { ...common, ...checksum }, body: object.body };
}

function rangeOf(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= size) throw new S3Refusal("InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}

export function copyObject(target: Bucket, request: S3Request, find: (bucket: string) => Bucket): Answer {
  const source = decodeURIComponent(request.headers["x-amz-copy-source"] ?? "").replace(/^\//, "");
  const slash = source.indexOf("/");
  const original = find(source.slice(0, slash)).get(source.slice(slash + 1));
  checkWriteConditions(request.headers, target.find(request.key));
  const replaces = request.headers["x-amz-metadata-directive"] === "REPLACE";
  const copy = { ...original, ...(replaces && describedBy(request.headers)), modified: new Date() };
  target.set(request.key, copy);
  return xmlAnswer("CopyObjectResult", elements({ LastModified: copy.modified.toISOString(), ETag: copy.etag }));
}

export function deleteObject(bucket: Bucket, { key, headers }: S3Request): Answer {
  if (headers["if-match"] !== undefined) checkWriteConditions(headers, bucket.find(key));
  bucket.delete(key);
  return { status: 204 };
}

export function deleteObjects(bucket: Bucket, { body }: S3Request): Answer {
  const objects = contentsOf(body.toString(), "Object");
  if (objects.length === 0) throw new S3Refusal("MalformedXML");
  const keys = objects.map((object) => textOf(object, "Key"));
  for (const key of keys) bucket.delete(key);
  return xmlAnswer("DeleteResult", keys.map((key) => `<Deleted>${elements({ Key: key })}</Deleted>`).join(""));
}
