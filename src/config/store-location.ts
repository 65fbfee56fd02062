/** Where a store lies, as written in a configuration: in a bucket or container, or in a folder. */
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { azurePlace, gcsPlace } from "../util/store-place.js";
import type { Kind } from "./kinds.js";

export type StoreLocation =
  | {
      kind: "s3";
      bucket: string;
      /** Empty, or ending in `/`. */
      prefix: string;
    }
  | {
      kind: "gcs";
      bucket: string;
      /** Empty, or ending in `/`. */
      prefix: string;
    }
  | {
      kind: "azure";
      account: string;
      container: string;
      /** Empty, or ending in `/`. */
      prefix: string;
    }
  | {
      kind: "file";
      /** Absolute path. */
      folder: string;
    };

/** Names of general purpose buckets (AWS documentation, "General purpose bucket naming rules"). */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const storeLocation: Kind = {
  wanted:
    '"s3://bucket/prefix", "azure://account/container/prefix", "gs://bucket/prefix", a folder, or the "file:" URL of one',
  check: (value) => typeof value === "string" && parseStoreLocation(value, "/") !== undefined,
  parse: (text) => text,
};

/** @param base folder that a relative path starts from. Undefined when the text names no store. */
export function parseStoreLocation(text: string, base: string): StoreLocation | undefined {
  if (text === "" || text.includes("\0")) return undefined;
  if (text.startsWith("s3://")) return parseS3(text.slice("s3://".length));
  if (text.startsWith("azure://")) return withPrefix("azure", azurePlace(text));
  if (text.startsWith("gs://")) return withPrefix("gcs", gcsPlace(text));
  if (text.startsWith("file:")) return parseFileUrl(text);
  // Some other scheme; a Windows drive is a single letter.
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return undefined;
  return { kind: "file", folder: isAbsolute(text) ? text : resolve(base, text) };
}

function parseS3(rest: string): StoreLocation | undefined {
  const [, bucket = "", prefix = ""] = /^([^/]*)(?:\/(.*))?$/su.exec(rest) ?? [];
  // "*", "?" and "$" would mean more than themselves in the policies that name the prefix.
  if (!BUCKET.test(bucket) || /[*?$]/.test(rest)) return undefined;
  return withPrefix("s3", { bucket, prefix });
}

/** Undefined unless keys can begin so. */
function withPrefix<K extends string, P extends { prefix: string }>(
  kind: K,
  place: P | undefined,
): (P & { kind: K }) | undefined {
  if (!place) return undefined;
  const { prefix } = place;
  const closed = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const isBad = closed
    .split("/")
    .slice(0, -1)
    .some((segment) => ["", ".", ".."].includes(segment));
  return isBad ? undefined : { kind, ...place, prefix: closed };
}

function parseFileUrl(text: string): StoreLocation | undefined {
  try {
    return { kind: "file", folder: fileURLToPath(text) };
  } catch {
    return undefined;
  }
}
