/** ListObjectsV2. */
import { type Answer, xmlAnswer } from "./answer.js";
import type { Bucket } from "./bucket.js";
import type { S3Request } from "./request.js";
import { elements } from "./xml.js";

const MAX_KEYS = 1000;

interface Entry {
  /** A key, or the common beginning of several. */
  name: string;
  isPrefix: boolean;
  /** Last key that the entry stands for. */
  last: string;
}

export function listObjects(bucket: Bucket, { bucket: name, query }: S3Request): Answer {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after") ?? "";
  const after = token === null ? startAfter : Buffer.from(token, "base64").toString();
  const maxKeys = Math.min(MAX_KEYS, Number(query.get("max-keys") ?? MAX_KEYS));
  const all = entriesOf(keysFrom(bucket, prefix, after), prefix, delimiter);
  const page = all.slice(0, maxKeys);
  const isTruncated = all.length > page.length;
  const shown = query.get("encoding-type") === "url" ? urlEncoded : (text: string) => text;
  const head = elements({
    Name: name,
    Prefix: shown(prefix),
    Delimiter: delimiter || undefined,
    StartAfter: startAfter ? shown(startAfter) : undefined,
    EncodingType: query.get("encoding-type") ?? undefined,
    MaxKeys: maxKeys,
    KeyCount: page.length,
    IsTruncated: isTruncated,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: isTruncated ? Buffer.from(page.at(-1)?.last ?? "").toString("base64") : undefined,
  });
  return xmlAnswer("ListBucketResult", head + page.map((entry) => entryXml(bucket, entry, shown)).join(""));
}

function keysFrom(bucket: Bucket, prefix: string, after: string): string[] {
  const start = Buffer.from(after);
  return bucket.keys().filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), start) > 0);
}

function entriesOf(keys: string[], prefix: string, delimiter: string): Entry[] {
  const entries: Entry[] = [];
  for (const key of keys) {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? key : key.slice(0, at + delimiter.length);
    const previous = entries.at(-1);
    if (at >= 0 && previous?.name === name) previous.last = key;
    else entries.push({ name, isPrefix: at >= 0, last: key });
  }
  return entries;
}

function entryXml(bucket: Bucket, { name, isPrefix }: Entry, shown: (text: string) => string): string {
  if (isPrefix) return `<CommonPrefixes>${elements({ Prefix: shown(name) })}</CommonPrefixes>`;
  const { modified, etag, body } = bucket.get(name);
  const fields = { Key: shown(name), LastModified: modified.toISOString(), ETag: etag, Size: body.byteLength };
  return `<Contents>${elements({ ...fields, StorageClass: "STANDARD" })}</Contents>`;
}

function urlEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+");
}
