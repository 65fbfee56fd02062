/** Objects that come in parts. */
import { randomUUID } from "node:crypto";
import { type Answer, S3Refusal, xmlAnswer } from "./answer.js";
import { hash } from "./body.js";
import { type Bucket, checkWriteConditions, type Upload } from "./bucket.js";
import { describedBy, etagOf } from "./objects.js";
import type { S3Request } from "./request.js";
import { contentsOf, elements, textOf } from "./xml.js";

/** Every part but the last must have at least this many bytes. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

export function createUpload(bucket: Bucket, { key, bucket: name, headers }: S3Request): Answer {
  const id = randomUUID();
  bucket.uploads.set(id, { key, parts: new Map(), ...describedBy(headers) });
  return xmlAnswer("InitiateMultipartUploadResult", elements({ Bucket: name, Key: key, UploadId: id }));
}

function uploadOf(bucket: Bucket, { query, key }: S3Request): Upload {
  const upload = bucket.uploads.get(query.get("uploadId") ?? "");
  if (upload?.key !== key) throw new S3Refusal("NoSuchUpload", "The specified multipart upload does not exist.");
  return upload as Upload;
}

export function uploadPart(bucket: Bucket, request: S3Request): Answer {
  const number = Number(request.query.get("partNumber"));
  if (!(number >= 1 && number <= 10_000)) throw new S3Refusal("InvalidArgument", "Part number must be 1 to 10000");
  const etag = etagOf(request.body);
  uploadOf(bucket, request).parts.set(number, { body: request.body, etag });
  return { status: 200, headers: { etag, "x-amz-checksum-crc32": request.headers["x-amz-checksum-crc32"] } };
}

export function abortUpload(bucket: Bucket, request: S3Request): Answer {
  uploadOf(bucket, request);
  bucket.uploads.delete(request.query.get("uploadId") ?? "");
  return { status: 204 };
}

export function completeUpload(bucket: Bucket, request: S3Request): Answer {
  const { key, contentType, metadata, parts } = uploadOf(bucket, request);
  const chosen = chosenParts(request.body.toString(), parts);
  checkWriteConditions(request.headers, bucket.find(key));
  const body = Buffer.concat(chosen.map((part) => part.body));
  const md5s = Buffer.concat(chosen.map((part) => hash("md5", part.body)));
  const etag = `"${hash("md5", md5s).toString("hex")}-${chosen.length}"`;
  bucket.set(key, { body, etag, modified: new Date(), contentType, metadata, crc32: undefined });
  bucket.uploads.delete(request.query.get("uploadId") ?? "");
  return xmlAnswer("CompleteMultipartUploadResult", elements({ Bucket: request.bucket, Key: key, ETag: etag }));
}

function chosenParts(xml: string, parts: Upload["parts"]): { body: Buffer; etag: string }[] {
  const asked = contentsOf(xml, "Part").map((part) => ({
    number: Number(textOf(part, "PartNumber")),
    etag: textOf(part, "ETag").replaceAll('"', ""),
  }));
  if (asked.length === 0) throw new S3Refusal("MalformedXML");
  return asked.map(({ number, etag }, i) => {
    if (i > 0 && number <= (asked[i - 1]?.number ?? 0)) throw new S3Refusal("InvalidPartOrder");
    const part = parts.get(number);
    if (!part || part.etag.replaceAll('"', "") !== etag)
      throw new S3Refusal("InvalidPart", `Part ${number} is not there`);
    if (i < asked.length - 1 && part.body.byteLength < MIN_PART_BYTES) throw new S3Refusal("EntityTooSmall");
    return part;
  });
}
