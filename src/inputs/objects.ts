/** Objects of buckets as inputs. */
import { loadConfig } from "../config/load.js";
import { OptionError } from "../errors.js";
import { BucketObjects } from "../stores/s3/bucket-objects.js";
import type { S3StoreOptions } from "../stores/s3/options.js";
import { asCalled } from "../util/called.js";
import { textOf } from "../util/describe-value.js";
import { keyPattern } from "./key-pattern.js";
import { OpenBuckets } from "./object-content.js";
import { checkObjectsOptions, type ObjectsOptions } from "./options.js";
import { ItemSource, itemsOf, type Listed } from "./source.js";

interface Place {
  url: string;
  bucket: string;
  pattern: string;
}

/**
 * The objects of buckets, as inputs of `map()`: in the order of the URLs, those of one URL in the order of their keys, each object
 * once. `"s3://bucket/prefix*"` and `"s3://bucket/folder/"` are all objects whose keys begin so, `"s3://bucket/logs/*.csv"` is a
 * glob, `"s3://bucket/key"` one object. Empty objects that stand for folders, whose keys end with `/`, are left out.
 *
 * Workers read the objects themselves, with their own credentials. Needs the AWS SDK's client for S3, also where they run.
 *
 * @throws OptionError
 */
export function objects(urls: string | readonly string[], options: ObjectsOptions = {}): ItemSource {
  const places = asCalled(objects, () => {
    checkObjectsOptions(options);
    return placesOf(urls);
  });
  const server = serverOf(options);
  const access = { buckets: new OpenBuckets(), store: undefined };
  return new ItemSource("network", () => itemsOf(listObjects(places, server, access.buckets), options, access));
}

type Server = Omit<S3StoreOptions, "bucket" | "prefix">;

/** That of the settings `s3.*`, as for the store, unless the options name another one. */
function serverOf({ region, endpoint, forcePathStyle, credentials, timeoutMs }: ObjectsOptions): Server {
  const given = { credentials, timeoutMs };
  if (endpoint !== undefined) return { ...given, region, endpoint, forcePathStyle };
  const { s3 } = loadConfig();
  const style = s3.endpoint === undefined ? undefined : s3.forcePathStyle;
  return { ...given, region: region ?? s3.region, endpoint: s3.endpoint, forcePathStyle: forcePathStyle ?? style };
}

function placesOf(urls: string | readonly string[]): Place[] {
  const all: readonly unknown[] = Array.isArray(urls) ? urls : [urls];
  if (all.length === 0) throw new OptionError("urls", 'objects() was given no URL, such as "s3://bucket/prefix*".');
  return all.map(placeOf);
}

function placeOf(url: unknown): Place {
  const [, bucket, pattern = ""] =
    (typeof url === "string" && /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{2,62})(?:\/(.*))?$/su.exec(url)) || [];
  if (bucket) return { url: url as string, bucket, pattern };
  throw new OptionError("urls", `objects() takes URLs such as "s3://bucket/prefix*", but got ${textOf(url)}.`);
}

/** Throws `OptionError` for a URL that no object matches. */
async function* listObjects(places: readonly Place[], server: Server, buckets: OpenBuckets): AsyncGenerator<Listed> {
  const seen = new Set<string>();
  for (const { url, bucket: name, pattern } of places) {
    const bucket = new BucketObjects({ bucket: name, ...server });
    const { place } = bucket;
    buckets.set(place, bucket);
    let found = 0;
    for await (const { key, size, etag } of matching(bucket, pattern)) {
      found++;
      const id = `${name}/${key}`;
      if (places.length > 1 && seen.has(id)) continue;
      if (places.length > 1) seen.add(id);
      yield { key, size, origin: { kind: "object", place, etag } };
    }
    if (found === 0) throw noneFound(url, pattern);
  }
}

async function* matching(bucket: BucketObjects, pattern: string) {
  const { prefix, isExact, isWanted } = await keyPattern(pattern);
  for await (const { key, bytes: size, etag } of bucket.list(prefix)) {
    const isFolder = size === 0 && key.endsWith("/");
    if (isWanted(key) && !isFolder) yield { key, size, etag };
    // It comes before all longer ones.
    if (isExact) return;
  }
}

function noneFound(url: string, pattern: string): OptionError {
  const isWide = pattern === "" || /[*/]$/.test(pattern);
  const hint = isWide
    ? "Correct it, or look whether it is the right bucket."
    : `For all keys that begin so, write "${url}*".`;
  return new OptionError("urls", `objects() found no object for ${JSON.stringify(url)}. ${hint}`);
}
