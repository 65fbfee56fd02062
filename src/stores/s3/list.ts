/** One page of a bucket's listing. */
import type { S3Connection } from "./client.js";
import { notS3 } from "./errors.js";

/** An object as a listing names it. */
export interface ListedObject {
  key: string;
  /** Size of the body in bytes. */
  bytes: number;
  /** Changes with the body; without the quotes that some servers write around it. */
  etag: string;
}

/** Up to 1,000 objects whose key starts with `prefix` and comes after `after`. Rejects with the SDK's error. */
export async function listPage(
  connection: S3Connection,
  prefix: string,
  after: string,
): Promise<{ objects: ListedObject[]; isMore: boolean }> {
  const answer = await connection.attempt("list", ({ sdk, client }) =>
    client.send(
      new sdk.ListObjectsV2Command({
        Bucket: connection.settings.bucket,
        Prefix: prefix,
        ...(after !== "" && { StartAfter: after }),
        // XML has no way to write some characters that keys may hold.
        EncodingType: "url",
      }),
    ),
  );
  if (answer.Name === undefined) throw notS3("The answer to a list names no bucket");
  const objects = (answer.Contents ?? []).map(({ Key = "", Size = 0, ETag = "" }) => ({
    key: decoded(Key),
    bytes: Size,
    etag: bareTag(ETag),
  }));
  return { objects, isMore: answer.IsTruncated ?? false };
}

/** Servers differ in whether a tag has its quotes. */
export function bareTag(etag: string): string {
  return etag.replaceAll('"', "");
}

/** A space comes as "+", a plus as "%2B". */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}
