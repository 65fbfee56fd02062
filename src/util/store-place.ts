/** Places of stores, as `NODEWREN_STORE` names them. */

/** What tells a place of its kind from others: of a descriptor, or of a setting. */
export interface Place {
  kind: string;
  folder?: unknown;
  bucket?: unknown;
  account?: unknown;
  container?: unknown;
  prefix?: unknown;
}

/** Kinds of stores whose owner bills each request. */
export const BILLED_STORES: ReadonlySet<unknown> = new Set(["s3", "azure", "gcs"]);

/** Microsoft's rules of names ("Storage account overview"; "Naming and referencing containers, blobs, and metadata"), as patterns. */
export const AZURE_ACCOUNT = "[a-z0-9]{3,24}";
export const AZURE_CONTAINER = "(?:\\$root|[a-z0-9](?:-?[a-z0-9]){2,62})";
const AZURE_URL = new RegExp(`^azure://(${AZURE_ACCOUNT})/(${AZURE_CONTAINER})(?:/(.*))?$`, "su");

/** Google's rules ("About Cloud Storage buckets"): names with dots may have 222 characters. */
export const GCS_BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/** Parts of `"azure://account/container/prefix"`; undefined when it is none. */
export function azurePlace(url: unknown): { account: string; container: string; prefix: string } | undefined {
  const [, account, container, prefix = ""] = (typeof url === "string" && AZURE_URL.exec(url)) || [];
  return account && container ? { account, container, prefix } : undefined;
}

/** Bucket and prefix of `"gs://bucket/prefix"`; undefined when it is none. */
export function gcsPlace(url: unknown): { bucket: string; prefix: string } | undefined {
  const [, bucket, prefix = ""] = (typeof url === "string" && /^gs:\/\/([^/]+)(?:\/(.*))?$/su.exec(url)) || [];
  return bucket && GCS_BUCKET.test(bucket) ? { bucket, prefix } : undefined;
}

/** Undefined for a kind that only its own maker knows. */
export function placeText({ kind, folder, bucket, account, container, prefix = "" }: Place): string | undefined {
  if (kind === "file") return String(folder);
  if (kind === "s3") return `s3://${bucket}/${prefix}`;
  if (kind === "azure") return `azure://${account}/${container}/${prefix}`;
  return kind === "gcs" ? `gs://${bucket}/${prefix}` : undefined;
}

/** Whether one place is the other, or within its prefix; folders are compared as they are. */
export function isWithin(inner: Place, outer: Place): boolean {
  const { kind, folder, bucket, account, container } = inner;
  const isSame =
    kind === outer.kind &&
    folder === outer.folder &&
    bucket === outer.bucket &&
    account === outer.account &&
    container === outer.container;
  return isSame && String(inner.prefix ?? "").startsWith(String(outer.prefix ?? ""));
}
