/** One request as the double's parts see it. */
import type { IncomingMessage } from "node:http";

export interface S3Request {
  method: string;
  /** As it came, still encoded. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  /** Empty when the request is about no bucket. */
  bucket: string;
  /** Empty when the request is about the bucket. */
  key: string;
  operation: string;
  /** Without its transfer coding. */
  body: Buffer;
}

export function readHead(message: IncomingMessage): Omit<S3Request, "body"> {
  const [path = "/", query = ""] = splitOnce(message.url ?? "/", "?");
  const [bucket, key] = splitOnce(path.slice(1), "/");
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );
  const head = {
    method: message.method ?? "GET",
    path,
    query: new URLSearchParams(query.replaceAll("+", "%2B")),
    headers,
    bucket: decodeURIComponent(bucket),
    key: decodeURIComponent(key),
  };
  return { ...head, operation: operationOf(head) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The API's name of what is asked for; the method and the bare path when it is nothing that the double knows. */
function operationOf({ method, query, headers, bucket, key }: Omit<S3Request, "body" | "operation">): string {
  const of = (names: Record<string, string>) => names[method] ?? `${method} /`;
  if (key && query.has("uploadId"))
    return of({ PUT: "UploadPart", POST: "CompleteMultipartUpload", DELETE: "AbortMultipartUpload" });
  if (key && query.has("uploads")) return of({ POST: "CreateMultipartUpload" });
  if (key && headers["x-amz-copy-source"]) return of({ PUT: "CopyObject" });
  if (key) return of({ PUT: "PutObject", GET: "GetObject", HEAD: "HeadObject", DELETE: "DeleteObject" });
  if (bucket && query.has("tagging")) return of({ PUT: "PutBucketTagging", GET: "GetBucketTagging" });
  if (bucket && query.has("delete")) return of({ POST: "DeleteObjects" });
  if (bucket && query.has("uploads")) return of({ GET: "ListMultipartUploads" });
  if (bucket) return of({ PUT: "CreateBucket", GET: "ListObjectsV2", HEAD: "HeadBucket", DELETE: "DeleteBucket" });
  return of({});
}
